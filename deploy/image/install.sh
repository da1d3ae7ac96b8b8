#!/bin/sh
# The image's installation, in two steps so that the first can be cached. The Dockerfile runs exactly this, and so does
# `make image-steps`, which proves it on a machine without Docker.
#
#   install.sh dependencies SOURCE TARGET   what syncd needs, from the lock, into a new environment TARGET
#   install.sh project SOURCE TARGET        syncd itself, as a wheel; then takes away what running does not need
#
# `PYTHON` names the interpreter (default python3).
set -eu

step=$1
source=$2
target=$3
# Builds and installs, and stays behind: neither pip nor the build backend is in the image.
builder=$target-builder

pip() { "$builder/bin/python" -m pip "$@" --disable-pip-version-check --no-cache-dir --quiet; }

dependencies() {
    "${PYTHON:-python3}" -m venv "$builder"
    pip install --require-hashes -r "$source/deploy/image/build.lock"
    "${PYTHON:-python3}" -m venv --without-pip "$target"
    pip --python "$target/bin/python" install --no-compile --require-hashes --only-binary :all: \
        -r "$source/deploy/image/runtime.lock"
}

project() {
    pip wheel --no-deps --no-build-isolation --wheel-dir "$builder/wheels" "$source"
    pip --python "$target/bin/python" install --no-compile --no-deps --no-index "$builder"/wheels/syncd-*.whl
    trim
    # The running container may have a read-only root: compile now. Quietly; a template is no module.
    "$target/bin/python" -m compileall -q -j 0 "$target/lib"
}

# Telephone geography and carriers: large, and nothing syncd ever asks for.
trim() {
    packages=$("$target/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    rm -rf "$packages/phonenumbers/geodata" "$packages/phonenumbers/carrierdata" "$packages/phonenumbers/tzdata"
}

case $step in
    dependencies) dependencies ;;
    project) project ;;
    *) echo "usage: install.sh dependencies|project SOURCE TARGET" >&2; exit 2 ;;
esac
