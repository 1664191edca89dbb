#!/usr/bin/env bash
# Checks the settings in .env and in the environment. Replaces no container.
# Run it before `docker compose up`, which stops containers before it notices a wrong value.
# usage: deploy/check.sh
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
[ $# = 0 ] || { echo "check: usage: deploy/check.sh" >&2 && exit 1; }

once() { docker compose run --rm --no-deps -T "$@" </dev/null; }

# check WHAT COMMAND: run the command, and show its output only if it fails.
check() {
    what=$1
    shift
    output=$("$@" 2>&1) || {
        printf '%s\ncheck: %s: wrong, see above; no container was replaced\n' "$output" "$what" >&2
        exit 1
    }
}

check "docker-compose.yml and .env" docker compose config --quiet
check "the secrets" once secrets secrets --check
# A new installation has no secrets yet, and an older one lacks those of this version. The running
# containers read only what exists, and that does not change.
check "the secrets" once secrets secrets --missing
check "the settings" once app manage check --tag security
# These have settings of their own. Each command reads all of its settings before it begins.
for service in celery-mail beat; do
    check "the settings of $service" once "$service" manage check --tag translation
done
echo "check: the settings are right"
