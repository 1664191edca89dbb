#!/usr/bin/env bash
# Replaces the containers of a running installation by those of the image that was built or pulled.
# The API goes on: new web containers start beside the old ones, and each old one has 20 s to end its
# requests.
# usage: deploy/upgrade.sh     COMPOSE_PROJECT_NAME selects the installation
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    echo "upgrade: $1" >&2
    exit 1
}

containers() { docker compose ps --quiet "$1"; }
replicas() { containers "$1" | wc -l; }
end() {
    docker stop "$1" >/dev/null
    docker rm "$1" >/dev/null
}
up() { docker compose up -d --wait --no-deps --no-build "$@"; }
once() { docker compose run --rm --no-deps -T "$@" </dev/null; }

[ $# = 0 ] || fail "usage: deploy/upgrade.sh"
mapfile -t old < <(containers app)
[ ${#old[@]} -gt 0 ] || fail "the service app does not run; start it with docker compose up -d --wait"

deploy/check.sh
echo "upgrade: migrating; the old containers go on"
once secrets
once app manage prepare_database

echo "upgrade: starting ${#old[@]} new web containers"
if ! up --no-recreate --scale "app=$((2 * ${#old[@]}))" app; then
    docker compose logs --tail 50 app >&2
    for container in $(containers app | grep -vxFf <(printf '%s\n' "${old[@]}")); do
        end "$container"
    done
    fail "the new web containers are not healthy, see above; the old ones run on"
fi
for container in "${old[@]}"; do
    end "$container"
done

echo "upgrade: replacing the Celery workers, which first end their chunks"
for service in celery celery-small celery-mail beat; do
    count=$(replicas "$service")
    up --scale "$service=$((count > 0 ? count : 1))" "$service"  # a release may add a service
done

before=$(containers nginx)
up nginx
[ "$before" = "$(containers nginx)" ] ||
    echo "upgrade: the proxy was replaced too, and accepted no connections meanwhile"
echo "upgrade: done"
