#!/usr/bin/env bash
# A load test: makes users and files, runs JMeter, prints figures, writes a report.
set -u
unset CDPATH PYTHONHOME PYTHONPATH

PROGRAM=run_performance_test

usage() {
    cat <<'END'
usage: ./run_performance_test.sh [--users N] [--duration S] [--url URL] [--smoke]
                                 [--data DIR] [--keep] [--no-database-check] [-J NAME=VALUE]...

  --users N      threads that each log in as a user of their own (default 20)
  --duration S   seconds with all of them, after the ramp-up (default 120)
  --url URL      of the system (default: of ./run_local.sh, else http://127.0.0.1:8000)
  --smoke        each request a few times, as fast as it goes
  --data DIR     run_local.sh's folder (default .data beside this script)
  --keep         leave the users and imports of the run in the system
  --no-database-check
                 do not look whether the database has what the API confirmed
  -J NAME=VALUE  any property of the test plan; jmeter/README.md lists them

ADMIN_EMAIL and ADMIN_PASSWORD are a superuser's; not needed for a system of ./run_local.sh on this
machine. Exit code: 0 passed, 1 not passed or not possible, 2 wrong usage.
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
ensure_venv "$ROOT/.venv-load" "$ROOT/requirements-load.txt"
trap - EXIT
exec "$ROOT/.venv-load/bin/python" -m loadtest "$@"
