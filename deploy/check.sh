#!/usr/bin/env bash
# Checks the settings in .env and in the environment, and that no Compose file is missing there.
# Replaces no container.
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
# Without its file the next `up` would leave, for example, `tls` running and open the port of the proxy.
project=$(docker compose config | sed -n 's/^name: //p')
known=$(docker compose --profile observability --profile loadtest config --services)
unknown=$(docker ps --filter "label=com.docker.compose.project=$project" \
    --filter label=com.docker.compose.oneoff=False --format '{{.Label "com.docker.compose.service"}}' |
    sort -u | grep -vxF "$known" | paste -sd ' ' || true)
[ -z "$unknown" ] || {
    echo "check: these services run and are in no Compose file: $unknown; no container was replaced
check: name all files in .env, such as COMPOSE_FILE=docker-compose.yml:deploy/tls.yml, or end the services" >&2
    exit 1
}
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
