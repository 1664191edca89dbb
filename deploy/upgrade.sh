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
# The web containers that run; with --all also the others.
web() {
    docker ps --quiet "$@" --filter "label=com.docker.compose.project=$project" \
        --filter label=com.docker.compose.service=app --filter label=com.docker.compose.oneoff=False
}
# The web containers that must end: the old ones as soon as the new ones are healthy, else the new ones.
surplus() {
    if [ "$healthy" = yes ]; then
        web --all | grep -xFf <(printf '%s\n' "${old[@]}")
    else
        web --all | grep -vxFf <(printf '%s\n' "${before[@]}")
    fi || true
}
end_surplus() {
    for container in $(surplus); do
        docker stop "$container" >/dev/null
        docker rm "$container" >/dev/null
    done
}
up() { docker compose up -d --wait --no-deps --no-build "$@"; }
once() { docker compose run --rm --no-deps -T "$@" </dev/null; }

[ $# = 0 ] || fail "usage: deploy/upgrade.sh"
project=$(docker compose config | sed -n 's/^name: //p')
mapfile -t old < <(web)
mapfile -t before < <(web --all)
[ ${#old[@]} -gt 0 ] || fail "the service app does not run; start it with docker compose up -d --wait"

deploy/check.sh
echo "upgrade: migrating; the old containers go on"
once secrets
once app manage prepare_database

echo "upgrade: starting ${#old[@]} new web containers"
# An interrupted run must not leave both sets, because the next run would double them.
healthy=no
trap 'trap "" INT TERM HUP; end_surplus' EXIT
trap 'fail "interrupted; run it again"' INT TERM HUP
if ! up --no-recreate --scale "app=$((2 * ${#old[@]}))" app; then
    docker compose logs --tail 50 app >&2
    fail "the new web containers are not healthy, see above; the old ones run on"
fi
healthy=yes
end_surplus
trap - EXIT

echo "upgrade: replacing the Celery workers, which first end their chunks"
for service in celery celery-small celery-mail beat; do
    count=$(replicas "$service")
    up --scale "$service=$((count > 0 ? count : 1))" "$service"  # a release may add a service
done

proxy=$(containers nginx)
up nginx
[ "$proxy" = "$(containers nginx)" ] ||
    echo "upgrade: the proxy was replaced too, and accepted no connections meanwhile"
echo "upgrade: done"
