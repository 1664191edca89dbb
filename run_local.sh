#!/usr/bin/env bash
# Runs the whole system without Docker: PostgreSQL, Valkey, web server, Celery workers and beat.
# `run_local.sh manage` runs a management command while the system runs.
set -u
trap 'exit 0' INT TERM HUP
unset CDPATH PYTHONHOME PYTHONPATH

PROGRAM=run_local
RUN_LOCAL_FROM=$PWD
export RUN_LOCAL_FROM

usage() {
    cat <<'END'
usage: ./run_local.sh [--port 8000] [--data DIR] [--workers N] [--storage s3] [--demo [ROWS]]
       ./run_local.sh [--data DIR] manage COMMAND [ARGUMENT ...]

The first form starts the whole system and runs until Ctrl-C. The data stay for the next start.

  --port PORT    port of the web server (default 8000; 0 takes a free one)
  --data DIR     data folder (default .data beside this script)
  --workers N    number of processes that import (default 2)
  --storage s3   keep files in a SeaweedFS that runs beside the others; --storage folder keeps them in
                 the data folder (default: s3 if the data folder has a SeaweedFS)
  --demo [ROWS]  import a generated file over HTTP and show the result (default 100000 rows)

The second form runs a command of app/manage.py in another terminal, with the settings of the
system that is running. Without COMMAND it lists the commands.

ADMIN_EMAIL and ADMIN_PASSWORD set the e-mail address and the password of the first superuser.
Without ADMIN_PASSWORD the first start generates a password and prints it once.
END
}

for argument in "$@"; do
    case $argument in
    manage) break ;; # a --help after it belongs to the command
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
