#!/usr/bin/env bash
# Backs up a running installation: its database, its files and its secrets. Nothing pauses.
# usage: deploy/backup.sh DIR [EARLIER]
#     DIR must not exist; COMPOSE_PROJECT_NAME selects the installation
#     EARLIER is an earlier backup: its files become links in DIR, and only new ones are copied
set -euo pipefail

fail() {
    echo "backup: $1" >&2
    exit 1
}

[ $# = 1 ] || [ $# = 2 ] || fail "usage: deploy/backup.sh DIR [EARLIER]"
[ ! -e "$1" ] || fail "$1 exists already; choose a folder that does not exist"
earlier=
if [ -n "${2:-}" ]; then
    [ -d "$2/media" ] || fail "$2/media is missing, so $2 is not a backup of this version"
    earlier=$(cd "$2/media" && pwd)
fi
mkdir -p "$(dirname -- "$1")"
target=$(cd "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
unfinished=$target.unfinished
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

inside() { docker compose exec -T "$@"; }

host=$(inside app printenv DB_HOST </dev/null) ||
    fail "the service app does not run; start it with docker compose up -d --wait"
[ "$host" = postgres ] || fail "the database is at $host, not in this installation; back it up with its own tools"
umask 077
mkdir "$unfinished" || fail "an earlier backup left $unfinished; remove it"

end() {
    code=$?
    exec 3>&-
    rm -rf "$work"
    if [ "$code" != 0 ]; then
        rm -rf "$unfinished"
        echo "backup: failed; the unfinished copy was removed" >&2
    fi
}

# The end of an import removes files. The command holds them until its input ends, which happens too
# if this script is killed.
work=$(mktemp -d)
trap end EXIT
mkfifo "$work/hold"
inside app python manage.py hold_snapshot <"$work/hold" >"$work/held" &
holding=$!
exec 3>"$work/hold"
until [ "$(tail -n 1 "$work/held")" = end ]; do
    kill -0 "$holding" 2>/dev/null || fail "the snapshot failed, see above"
    sleep 0.2
done
snapshot=$(head -n 1 "$work/held")
sed '1d;$d' "$work/held" >"$work/files"

# shellcheck disable=SC2016  # the container's variables
inside postgres sh -c 'pg_dump -Fc --snapshot="$1" -U "$POSTGRES_USER" "$POSTGRES_DB"' sh "$snapshot" \
    </dev/null >"$unfinished/database.dump"
echo >&3 # the snapshot may end

media=$unfinished/media
mkdir "$media"
case $(inside app printenv STORAGE_URL </dev/null || true) in
s3:*) echo "backup: uploads are in a bucket and not in this backup; back the bucket up with the tools of its store" ;;
*)
    # Files never change, so a file of an earlier backup is the same.
    while IFS= read -r name; do
        if [ -n "$earlier" ] && [ -f "$earlier/$name" ]; then
            mkdir -p "$media/$(dirname -- "$name")"
            ln "$earlier/$name" "$media/$name" 2>/dev/null || cp -p "$earlier/$name" "$media/$name"
        else
            printf '%s\n' "$name"
        fi
    done <"$work/files" >"$work/new"
    # The files of uploads that are still arriving in the console grow, which is no error (1).
    inside app sh -c 'cd /srv/media && mkdir -p uploads && { tar -T - -cf - uploads || [ $? = 1 ]; }' \
        <"$work/new" | tar -C "$media" -xf -
    ;;
esac
docker compose run --rm --no-deps -T --entrypoint tar secrets -C /srv/secrets --exclude './.*' -czf - . \
    </dev/null >"$unfinished/secrets.tar.gz"
exec 3>&-
wait "$holding"
mv "$unfinished" "$target"
echo "backup: $target: $(du -sh "$target" | cut -f1); the folder contains the secrets, so keep it secret"
