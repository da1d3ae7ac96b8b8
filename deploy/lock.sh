#!/bin/sh
# Pin every dependency, with hashes, for every supported Python and platform. Needs uv and a package registry.
#
#   requirements.lock           everything a developer needs: what runs, what tests, what checks, what builds
#   deploy/scale.lock           the same as the image, with what matching beyond one machine needs
#   deploy/image/runtime.lock   what the image runs
#   deploy/image/build.lock     what builds the image's wheel
#
# Add `--upgrade` to take newer versions within pyproject.toml's ranges.
set -eu
cd "$(dirname "$0")/.."

# No address of a registry in a lock: whoever installs uses their own.
pin() {
    lock=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-config \
        --custom-compile-command "make lock" --output-file "$lock" "$@"
    echo "wrote $lock"
}

pin requirements.lock pyproject.toml --extra postgres --extra pubsub --group dev "$@"
# The smaller locks take their versions from the large one: what was tested is what is shipped.
pin deploy/image/runtime.lock pyproject.toml --extra postgres --extra pubsub --constraint requirements.lock
pin deploy/scale.lock pyproject.toml --extra scale --constraint requirements.lock
pin deploy/image/build.lock --group build --constraint requirements.lock
