#!/usr/bin/env bash
# Starts the whole system on this machine, without Docker: PostgreSQL, Valkey, web, workers, beat.
set -u
trap 'exit 0' INT TERM HUP
unset CDPATH PYTHONHOME PYTHONPATH

PROGRAM=run_local
RUN_LOCAL_FROM=$PWD
export RUN_LOCAL_FROM

usage() {
    cat <<'END'
usage: ./run_local.sh [--port 8000] [--data DIR] [--workers N] [--demo [ROWS]]

  --port PORT    of the web server (default 8000; 0: a free one)
  --data DIR     where everything is kept (default .data beside this script)
  --workers N    processes that import (default 2)
  --demo [ROWS]  import a made-up file over HTTP and show it (default 100000 rows)

ADMIN_EMAIL and ADMIN_PASSWORD are the first superuser's; a missing password is made up and
printed once. Ctrl-C ends everything; the data stay for the next start.
END
}

for argument in "$@"; do
    case $argument in
    -h | --help)
        usage
        exit 0
        ;;
    esac
done

cd "$(dirname -- "${BASH_SOURCE[0]}")" || exit 1
ROOT=$PWD
# shellcheck source=local/venv.sh
. "$ROOT/local/venv.sh"

trap end_venv EXIT
ensure_venv "$ROOT/.venv" "$ROOT/requirements.txt" "$ROOT/requirements-local.txt"
trap - EXIT
exec "$ROOT/.venv/bin/python" -m local "$@"
