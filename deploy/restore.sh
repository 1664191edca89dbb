#!/usr/bin/env bash
# Makes an installation from a backup and starts it.
# usage: deploy/restore.sh DIR     there must be none yet; COMPOSE_PROJECT_NAME is honoured
set -euo pipefail

fail() {
    echo "restore: $1" >&2
    exit 1
}

[ $# = 1 ] || fail "usage: deploy/restore.sh DIR"
for file in database.dump media.tar.gz secrets.tar.gz; do
    [ -s "$1/$file" ] || fail "$1/$file is missing: $1 is not a backup"
done
backup=$(cd "$1" && pwd)
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

project=$(docker compose config | sed -n 's/^name: //p')
for volume in postgres media secrets; do
    [ -z "$(docker volume ls -q --filter "label=com.docker.compose.project=$project" \
        --filter "label=com.docker.compose.volume=$volume")" ] ||
        fail "the installation $project has data: choose another COMPOSE_PROJECT_NAME, \
or delete it with docker compose --profile observability down --volumes"
done

# What this folder holds, not what was built last: a backup may be of an earlier version.
docker compose build

# fill SERVICE FOLDER: with the archive on standard input.
fill() {
    docker compose run --rm --no-deps -T --entrypoint tar "$1" -C "$2" -xzf -
}

fill secrets /srv/secrets <"$backup/secrets.tar.gz"
fill celery /srv/media <"$backup/media.tar.gz"
docker compose up -d --wait postgres
# shellcheck disable=SC2016  # the container's variables
docker compose exec -T postgres \
    sh -c 'pg_restore --no-owner --exit-on-error --single-transaction -U "$POSTGRES_USER" -d "$POSTGRES_DB"' \
    <"$backup/database.dump"
docker compose up -d --wait
echo "restore: $project runs"
