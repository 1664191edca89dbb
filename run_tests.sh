#!/usr/bin/env bash
# Runs the checks. Makes its own virtual environment; needs no server and no Docker. See TESTING.md.
# usage: ./run_tests.sh                        the first lane: static checks, unit, API and integration
#                                              tests, and one end-to-end import
#        ./run_tests.sh --all                  every check, with the lines that all tests cover
#        ./run_tests.sh --long                 the tests that --all leaves out: they repeat for minutes
#                                              what others show
#        ./run_tests.sh --branches             the branches of the import that the tests of the first
#                                              lane cover
#        ./run_tests.sh [pytest arguments]     only pytest, with these arguments
#        ./run_tests.sh --compose [arguments]  only the tests that need Docker
#        ./run_tests.sh --mutants [names]      whether the fault tests notice that a guard is removed
#        ./run_tests.sh --soak MINUTES [s3]    imports while processes are killed one after the other,
#                                              with the files in a folder or in a store
#        ./run_tests.sh --load                 many clients at once, and one user against another,
#                                              behind nginx
#        ./run_tests.sh --audit                known vulnerabilities of the requirements; exit code 69 if
#                                              the check was not possible
set -eu
unset CDPATH PYTHONHOME PYTHONPATH
# Hundreds of processes start in a run: their modules are compiled once.
unset PYTHONDONTWRITEBYTECODE

PROGRAM=run_tests
cd "$(dirname -- "${BASH_SOURCE[0]}")"
ROOT=$PWD
# shellcheck source=local/venv.sh
. "$ROOT/local/venv.sh"
# shellcheck source=local/tools.sh
. "$ROOT/local/tools.sh"

trap end_venv EXIT
if [ "${1:-}" = --audit ]; then
    ensure_venv "$ROOT/.venv-audit" requirements-audit.txt
    trap - EXIT
    exec "$ROOT/.venv-audit/bin/python" -m local.audit requirements.txt requirements-local.txt
fi
ensure_venv "$ROOT/.venv-dev" requirements.txt requirements-local.txt requirements-load.txt \
    requirements-dev.txt
trap - EXIT
PATH="$ROOT/.venv-dev/bin:$PATH"

if [ "${1:-}" = --compose ]; then
    shift
    docker compose version >/dev/null 2>&1 || fail "--compose needs Docker with Compose v2"
    docker info >/dev/null 2>&1 || fail "--compose: the Docker engine does not answer, see docker info"
    export COMPOSE_TESTS=1
    exec python -m pytest tests/compose "$@"
fi
ensure_prometheus
ensure_alertmanager
ensure_faketime
ensure_nginx
ensure_pgbouncer
case ${1:-} in
--mutants)
    shift
    exec python -m tests.faults.mutants "$@"
    ;;
--soak)
    export SOAK_MINUTES=${2:?--soak needs a number of minutes} SOAK_STORAGE=${3:-folder}
    exec python -m pytest tests/faults/soak/soak.py
    ;;
--long)
    exec python -m pytest -n 2 --dist loadgroup -m long
    ;;
--load)
    [ -n "${NGINX_PROGRAM:-}" ] || fail "--load needs nginx"
    exec python -m pytest tests/faults/load/load.py tests/faults/load/one_user.py
    ;;
esac
STAGES=$(printf 'app/tasks/%s/*,' intake planning writing lifecycle checking reading returning)
STAGES="${STAGES}app/tasks/files.py,app/tasks/options.py,app/tasks/codes.py"
if [ "${1:-}" = --branches ]; then
    rm -rf .coverage
    # Python's own monitoring cannot measure branches before 3.14; the other way takes twice as long.
    export COVERAGE_CORE=ctrace
    python -m pytest -n 3 --dist loadgroup --cov --cov-branch --cov-report= --cov-fail-under=0 \
        tests/unit tests/api tests/integration
    exec coverage report --include "$STAGES" --fail-under 100
fi
case "$*" in
--all | *tests/browser*) ensure_chromium ;;
esac
if [ $# -gt 0 ] && [ "$1" != --all ]; then
    exec python -m pytest "$@"
fi
[ $# -le 1 ] || fail "--all takes no arguments"

ONE_IMPORT=tests/e2e/test_import_over_http.py::test_every_row_of_a_messy_file_is_accounted_for

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

# Enough for Django to read its settings. The checks below contact no server.
random() { python -c 'import secrets; print(secrets.token_hex(32))'; }
DJANGO_SECRET_KEY=$(random) JWT_SECRET_KEY=$(random) DB_PASSWORD=$(random)
export DJANGO_SECRET_KEY JWT_SECRET_KEY DB_PASSWORD REDIS_URL=redis://127.0.0.1:1/0 DB_PORT=1

step ruff check .
step ruff format --check .
step mypy app local deploy benchmarks loadtest tests
PYTHONPATH=app step lint-imports
step python -m local.declared
HTTPS_ONLY=true TRUSTED_PROXIES=1 step python app/manage.py check --deploy --fail-level WARNING
step python -W ignore::RuntimeWarning app/manage.py makemigrations --check --dry-run

# More processes than cores: while a test waits for a server, another one works.
if [ $# -eq 0 ]; then
    step python -m pytest -n 4 --dist loadgroup -m "not long and not slow" tests/unit tests/api \
        tests/integration "$ONE_IMPORT"
    exit
fi
rm -rf .coverage
# With four processes, systems start too slowly for the time limits of the tests.
step python -m pytest -n 3 --dist loadgroup -m "not long" --cov --cov-report= --no-cov-on-fail
step coverage report
step coverage report --include "$STAGES" --fail-under 100
