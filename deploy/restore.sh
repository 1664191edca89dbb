#!/usr/bin/env bash
# Creates an installation from a backup and starts it.
# usage: deploy/restore.sh DIR     the installation of COMPOSE_PROJECT_NAME must not have data
set -euo pipefail

fail() {
    echo "restore: $1" >&2
    exit 1
}

[ $# = 1 ] || fail "usage: deploy/restore.sh DIR"
for file in database.dump secrets.tar.gz; do
    [ -s "$1/$file" ] || fail "$1/$file is missing, so $1 is not a backup"
done
[ -d "$1/media" ] || [ -s "$1/media.tar.gz" ] || fail "$1/media is missing, so $1 is not a backup"
backup=$(cd "$1" && pwd)
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

project=$(docker compose config | sed -n 's/^name: //p')
for volume in postgres media secrets; do
    [ -z "$(docker volume ls -q --filter "label=com.docker.compose.project=$project" \
        --filter "label=com.docker.compose.volume=$volume")" ] ||
        fail "the installation $project has data: choose another COMPOSE_PROJECT_NAME, \
or delete the data with docker compose --profile observability down --volumes"
done

# Build the version of this folder. The last image may be of another version than the backup.
docker compose build

# fill SERVICE FOLDER: unpack the archive on standard input into the folder of the service.
fill() {
    docker compose run --rm --no-deps -T --entrypoint tar "$1" -C "$2" -xf -
}

gunzip -c "$backup/secrets.tar.gz" | fill secrets /srv/secrets
docker compose run --rm --no-deps -T secrets </dev/null # gives the services their copies
if [ -d "$backup/media" ]; then
    tar -C "$backup/media" -cf - . | fill celery /srv/media
else # a backup of version 1.0.0
    gunzip -c "$backup/media.tar.gz" | fill celery /srv/media
fi
docker compose up -d --wait postgres
# shellcheck disable=SC2016  # the container's variables
docker compose exec -T postgres \
    sh -c 'pg_restore --no-owner --exit-on-error --single-transaction -U "$POSTGRES_USER" -d "$POSTGRES_DB"' \
    <"$backup/database.dump"
docker compose up -d --wait
echo "restore: the installation $project runs"
