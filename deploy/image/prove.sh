#!/bin/sh
# Prove what the Dockerfile builds, on a machine without Docker: the files that .dockerignore lets through, installed by
# the script that the Dockerfile runs, used as the image is used: by a user without rights, from a folder that is not
# the source, asked for its health by the image's own check.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
started=""
# Ends only what was started here.
finish() {
    for process in $started; do kill "$process" 2>/dev/null || true; done
    rm -rf "$place"
}
trap finish EXIT
say() { printf '%s\n' "image: $*"; }
give_up() { say "$1"; tail -n 30 "$place"/*.log; exit 1; }

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
if [ -n "$as_nobody" ]; then say "running as nobody"; else say "running as $(id -un): nobody cannot run this Python"; fi
# Takes the place of the shell that calls it: call it as `(inside ...)` or `inside ... &`.
inside() { cd "$place/data" && HOME="$place/data" PYTHONDONTWRITEBYTECODE=1 exec $as_nobody "$@"; }

free_port() { "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
crm_port=$(free_port)
web_port=$(free_port)

(inside "$place/syncd/bin/syncd" --version)
say "a sandbox for a CRM, and the daemon as the image starts it"
inside "$place/syncd/bin/syncd" sandbox --port "$crm_port" --people 200 --companies 50 >"$place/sandbox.log" 2>&1 &
started="$started $!"
cat >"$place/syncd.yaml" <<CONFIGURATION
accounts:
  hubspot-main:
    crm: hubspot
    token: \${HUBSPOT_TOKEN}
    url: http://127.0.0.1:$crm_port
store:
  url: sqlite:///$place/data/syncd.db
web:
  port: $web_port
CONFIGURATION
export HUBSPOT_TOKEN=pat-na1-sandbox
export SYNCD_HEALTH_URL="http://127.0.0.1:$web_port/healthz"
tries=0
until "$PYTHON" -c "import socket; socket.create_connection(('127.0.0.1', $crm_port), 1)" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || give_up "the sandbox does not answer"
    sleep 1
done
inside "$place/syncd/bin/syncd" run --config "$place/syncd.yaml" >"$place/daemon.log" 2>&1 &
daemon=$!
started="$started $daemon"

say "the image's own health check"
tries=0
until (inside "$place/syncd/bin/python" "$place/syncd/healthcheck.py") 2>"$place/health.log"; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || give_up "the daemon is not well"
    sleep 1
done

say "an orderly end"
kill -TERM "$daemon"
if wait "$daemon"; then code=0; else code=$?; fi
[ "$code" -eq 0 ] || give_up "the daemon ended with $code"
say "proved"
