#!/usr/bin/env bash
# Backs up a running installation: its database, its files and its secrets.
# usage: deploy/backup.sh DIR     DIR must not exist; COMPOSE_PROJECT_NAME selects the installation
set -euo pipefail

fail() {
    echo "backup: $1" >&2
    exit 1
}

[ $# = 1 ] || fail "usage: deploy/backup.sh DIR"
[ ! -e "$1" ] || fail "$1 exists already; choose a folder that does not exist"
mkdir -p "$(dirname -- "$1")"
target=$(cd "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
unfinished=$target.unfinished
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

inside() { docker compose exec -T "$@" </dev/null; }

host=$(inside app printenv DB_HOST) || fail "the service app does not run; start it with docker compose up -d --wait"
[ "$host" = postgres ] || fail "the database is at $host, not in this installation; back it up with its own tools"
umask 077
mkdir "$unfinished" || fail "an earlier backup left $unfinished; remove it"

end() {
    code=$?
    docker compose start "${pausing[@]}" >/dev/null 2>&1 ||
        echo "backup: cannot start ${pausing[*]} again; see docker compose ps" >&2
    if [ "$code" != 0 ]; then
        rm -rf "$unfinished"
        echo "backup: failed; the unfinished copy was removed" >&2
    fi
}

# No file may be removed between the two copies, because the second copy must contain every file that
# the database names. The end of an import removes files, so the workers pause.
pausing=(beat celery celery-small celery-mail)
trap end EXIT
docker compose stop "${pausing[@]}" >/dev/null 2>&1
# shellcheck disable=SC2016  # the container's variables
inside postgres sh -c 'pg_dump -Fc -U "$POSTGRES_USER" "$POSTGRES_DB"' >"$unfinished/database.dump"
# tar exits with 1 if a file appears while it reads the folder. The dump does not name that file.
inside app sh -c 'tar -C /srv/media --exclude ./incoming -czf - . || [ $? = 1 ]' >"$unfinished/media.tar.gz"
inside app tar -C /srv/secrets --exclude './.*' -czf - . >"$unfinished/secrets.tar.gz"
mv "$unfinished" "$target"
case $(inside app printenv STORAGE_URL || true) in
s3:*) echo "backup: uploads are in a bucket and not in this backup; back the bucket up with the tools of its store" ;;
esac
echo "backup: $target: $(du -sh "$target" | cut -f1); the folder contains the secrets, so keep it secret"
