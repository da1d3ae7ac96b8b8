#!/bin/sh
# Prove what the Dockerfile builds, on a machine without Docker: the files that .dockerignore lets through, installed by
# the script that the Dockerfile runs, used as the image is used: by a user without rights, from a folder that is not
# the source, asked for its health by the image's own check.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
# Not reached by what we leave: the daemon below ends first.
trap 'end_daemon; rm -rf "$place"' EXIT
daemon=""
end_daemon() { [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true; }
say() { printf '%s\n' "image: $*"; }

# The installed daemon must not find the source beside it, nor a virtual environment around it.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV
PYTHON=$(sh "$root/deploy/find-python.sh")
export PYTHON
chmod 755 "$place"

say "taking the files that .dockerignore lets through"
mkdir "$place/source"
sed -n 's/^!//p' "$root/.dockerignore" | while read -r name; do
    mkdir -p "$place/source/$(dirname "$name")"
    cp -R "$root/$name" "$place/source/$name"
done
find "$place/source" -name __pycache__ -type d -prune -exec rm -rf {} +

say "installing what syncd needs ($("$PYTHON" --version))"
sh "$place/source/deploy/image/install.sh" dependencies "$place/source" "$place/syncd"
say "installing syncd"
sh "$place/source/deploy/image/install.sh" project "$place/source" "$place/syncd"
cp "$place/source/deploy/image/healthcheck.py" "$place/syncd/healthcheck.py"
rm -rf "$place/source" "$place/syncd-builder"
say "$(du -sh "$place/syncd" | cut -f1) installed"

mkdir -m 777 "$place/data"
# As nobody where that is possible: an interpreter in root's home is out of nobody's reach.
as_nobody=""
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
    $as_nobody "$place/syncd/bin/python" -c "" 2>/dev/null || as_nobody=""
fi
say "running as ${as_nobody:+nobody}${as_nobody:-$(id -un): nobody cannot reach this Python}"
inside() { (cd "$place/data" && HOME="$place/data" PYTHONDONTWRITEBYTECODE=1 exec $as_nobody "$@"); }

inside "$place/syncd/bin/syncd" --version
say "the demo, small and once"
inside "$place/syncd/bin/syncd" demo --once --contacts 200 >"$place/demo.log" 2>&1 || { cat "$place/demo.log"; exit 1; }

say "the daemon's health"
inside "$place/syncd/bin/syncd" demo --contacts 50 --port 0 >"$place/daemon.log" 2>&1 &
daemon=$!
