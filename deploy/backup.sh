#!/usr/bin/env bash
# Copies an installation that runs: its database, its files and its secrets.
# usage: deploy/backup.sh DIR     DIR must not be there yet; COMPOSE_PROJECT_NAME is honoured
set -euo pipefail

fail() {
    echo "backup: $1" >&2
    exit 1
}

[ $# = 1 ] || fail "usage: deploy/backup.sh DIR"
[ ! -e "$1" ] || fail "$1 is there already; name a new folder"
mkdir -p "$(dirname -- "$1")"
target=$(cd "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
unfinished=$target.unfinished
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

inside() { docker compose exec -T "$@" </dev/null; }

host=$(inside app printenv DB_HOST) || fail "the service app does not run: docker compose up -d --wait"
[ "$host" = postgres ] || fail "the database is at $host: dump it with its own tools"
umask 077
mkdir "$unfinished" || fail "remove $unfinished, an earlier backup left it"

end() {
    code=$?
    docker compose start "${pausing[@]}" >/dev/null 2>&1 ||
        echo "backup: ${pausing[*]} do not start, see docker compose ps" >&2
    if [ "$code" != 0 ]; then
        rm -rf "$unfinished"
        echo "backup: failed, nothing was kept" >&2
    fi
}

# Nothing may be removed between the two copies: files that the database names must be in the second.
# An import that ends has its files removed.
pausing=(beat celery celery-small)
trap end EXIT
docker compose stop "${pausing[@]}" >/dev/null 2>&1
# shellcheck disable=SC2016  # the container's variables
inside postgres sh -c 'pg_dump -Fc -U "$POSTGRES_USER" "$POSTGRES_DB"' >"$unfinished/database.dump"
# 1: a file came while tar read its folder; the dump does not name it.
inside app sh -c 'tar -C /srv/media --exclude ./incoming -czf - . || [ $? = 1 ]' >"$unfinished/media.tar.gz"
inside app tar -C /srv/secrets --exclude './.*' -czf - . >"$unfinished/secrets.tar.gz"
mv "$unfinished" "$target"
echo "backup: $target: $(du -sh "$target" | cut -f1); it holds the secrets, keep it like one"
