#!/usr/bin/env bash
# Runs a load test: creates users and files, runs JMeter, prints figures and writes a report.
set -u
unset CDPATH PYTHONHOME PYTHONPATH

PROGRAM=run_performance_test

usage() {
    cat <<'END'
usage: ./run_performance_test.sh [--users N] [--duration S] [--url URL] [--smoke]
                                 [--data DIR] [--keep] [--no-database-check] [-J NAME=VALUE]...

  --users N      number of threads, each logged in as its own user (default 20)
  --duration S   seconds with all threads, after the ramp-up (default 120)
  --url URL      system to load (default: that of ./run_local.sh, else http://127.0.0.1:8000)
  --smoke        send each request a few times, as fast as possible
  --data DIR     data folder of ./run_local.sh (default .data beside this script)
  --keep         keep the users and imports of the run in the system
  --no-database-check
                 do not compare the database with the answers of the API
  -J NAME=VALUE  property of the test plan (jmeter/README.md lists them) or of JMeter

ADMIN_EMAIL and ADMIN_PASSWORD name a superuser. A system of ./run_local.sh on this machine does not
need them. Exit codes: 0 the test passed, 1 it failed or could not run, 2 an option is wrong.
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
