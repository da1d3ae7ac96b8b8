#!/bin/sh
# Make the environment in $1 hold exactly what $2 (a lock file with hashes) says, and syncd itself, editable.
# Uses uv when it is there, because it is faster, and plain pip otherwise or when uv cannot.
set -eu

environment=$1
lock=$2
here=$(cd "$(dirname "$0")" && pwd)

say() { printf '%s\n' "$*" >&2; }
python_of() { printf '%s/bin/python' "$environment"; }
works() { "$(python_of)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
has_uv() { [ "${SYNCD_INSTALLER:-uv}" = uv ] && uv --version >/dev/null 2>&1; }

make_with_uv() {
    uv venv --quiet --clear --python "$1" "$environment"
}

make_with_venv() {
    rm -rf "$environment"
    "$1" -m venv "$environment" >/dev/null && return 0
    rm -rf "$environment"
    say ""
    say "$1 cannot make a virtual environment. On Debian and Ubuntu:  apt-get install python3-venv"
    say ""
    return 1
}

install_with_uv() {
    uv pip install --quiet --python "$(python_of)" --require-hashes -r "$lock" &&
        uv pip install --quiet --python "$(python_of)" --no-deps --no-build-isolation -e .
}

install_with_pip() {
    "$(python_of)" -m pip --version >/dev/null 2>&1 || "$(python_of)" -m ensurepip >/dev/null 2>&1 ||
        make_with_venv "$python"
    "$(python_of)" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" &&
        "$(python_of)" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
}

if works; then
    python=$("$(python_of)" -c 'import sys; print(sys._base_executable)')
else
    python=$(sh "$here/find-python.sh")
    say "making $environment with $python"
    { has_uv && make_with_uv "$python"; } || make_with_venv "$python"
fi

say "installing syncd and what it needs into $environment"
if has_uv && install_with_uv; then
    exit 0
fi
install_with_pip || {
    say ""
    say "The packages in $lock could not be installed; pip's message above says why."
    say "Behind a proxy or a mirror, set pip's index-url (pip config set global.index-url ...) and run make again."
    say ""
    exit 1
}
