#!/bin/sh
# Asks the public list of known weaknesses about every package that is pinned: audit.sh BIN LOCK
# 0: none is known. 1: some are, and are listed. 2: nobody could be asked, and nothing is known. No part of the build:
# it needs the network, and its answer changes without anything here having changed.
set -u
bin=$1 lock=$2
if [ ! -x "$bin/pip-audit" ]; then
    echo "NOT CHECKED: there is no pip-audit. \`$bin/pip install pip-audit\`, or \`uv pip install pip-audit\`, brings it." >&2
    exit 2
fi
found=$(mktemp)
# Strictly: a package that the list does not know of was not checked, whatever is said of the others.
trap 'rm -f "$found"' EXIT
if "$bin/pip-audit" --requirement "$lock" --no-deps --disable-pip --strict --timeout 20 --format columns --output "$found"; then
    echo "No known weakness in any package of $lock."
elif [ -s "$found" ]; then
    cat "$found" >&2
    exit 1
else
    echo "NOT CHECKED: the list of known weaknesses could not be asked; see above. Try again with a network." >&2
    exit 2
fi
