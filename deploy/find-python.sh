#!/bin/sh
# Print the path of a Python that syncd runs on, or say what to do. `PYTHON=...` names one.
set -eu

NEEDED="3.11"
oldest_ok='import sys; sys.exit(sys.version_info < (3, 11))'
version_of='import sys; print("%d.%d.%d" % sys.version_info[:3])'

# A version manager may put commands on the PATH that only say "not installed": ask, do not look.
is_new_enough() { "$1" -c "$oldest_ok" >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates="python3.13 python3.12 python3.11 python3 python"
fi

found=""
IFS_before=$IFS
[ -z "${PYTHON:-}" ] || IFS=""   # a named path may hold spaces
for candidate in $candidates; do
    if is_new_enough "$candidate"; then
        IFS=$IFS_before
        # The path itself, not a version manager's stand-in for it.
        "$candidate" -c 'import sys; print(sys.executable)'
        exit 0
    fi
    if [ -z "$found" ] && version=$("$candidate" -c "$version_of" 2>/dev/null); then
        found="Python $version ($candidate)"
    fi
done
IFS=$IFS_before

cat >&2 <<MESSAGE

syncd needs Python $NEEDED or newer; ${found:-no Python} was found${PYTHON:+ as PYTHON=$PYTHON}.

  Debian 12, Ubuntu 24.04 or newer   apt-get install python3 python3-venv
  Fedora, RHEL                       dnf install python3.12
  macOS                              brew install python@3.13
  anywhere, with uv                  uv python install 3.13

If one is installed already, say where:  make PYTHON=/path/to/python3.12 ${SYNCD_GOAL:-demo}

MESSAGE
exit 1
