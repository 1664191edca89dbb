#!/bin/sh
# Starts one role of the image. Arguments after the role go to its program.
set -eu

usage() {
    cat >&2 <<'END'
usage: docker run IMAGE ROLE [arguments]

  web         wait for PostgreSQL, migrate, create the first superuser, serve HTTP on WEB_BIND
  worker      wait for the migrations, then run tasks: worker -Q imports,default,recovery -c 2
  beat        wait for the migrations, then publish the periodic tasks
  manage      run python manage.py: manage createsuperuser
  secrets     create the missing secrets in SECRETS_DIR: secrets [--renew NAME | --check | --missing]
END
    exit 64
}

# Set the role for Django's settings and for the health check.
become() {
    export PROCESS_ROLE="$1"
    echo "$1" >/tmp/role
}

manage() {
    PROCESS_ROLE=manage python manage.py "$@"
}

[ $# -gt 0 ] || usage
role=$1
shift
cd /srv/app
case $role in
web)
    manage prepare_database
    become web
    exec python -m gunicorn -c python:core.server.gunicorn_config core.wsgi:application "$@"
    ;;
worker)
    manage await_migrations
    become worker
    exec python -m celery --quiet -A core worker --without-gossip --without-mingle --loglevel INFO "$@"
    ;;
beat)
    manage await_migrations
    become beat
    exec python -m celery --quiet -A core beat --loglevel INFO -s /tmp/beat-schedule --pidfile= "$@"
    ;;
manage)
    exec env PROCESS_ROLE=manage python manage.py "$@"
    ;;
secrets)
    exec python -I /srv/deploy/make_secrets.py "$@"
    ;;
*)
    echo "entrypoint.sh: unknown role $role" >&2
    usage
    ;;
esac
