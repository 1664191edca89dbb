# shellcheck shell=bash
# Programs that the tests need and that pip cannot install; run_tests.sh sources this after venv.sh.
# The programs of the machine are used, or else Debian's packages, which are unpacked in .tools.

unpack_debian() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    local new=$2.unfinished
    rm -rf "$new"
    mkdir -p "$new"
    (
        cd "$new" || exit 1
        mkdir -p lists/partial cache/archives/partial
        # The machine's lists may be empty, and this script must not change them.
        apt=(apt-get -qq -o "Dir::State::lists=$new/lists" -o "Dir::Cache=$new/cache")
        "${apt[@]}" update && "${apt[@]}" download "$1" && dpkg-deb -x "$1"_*.deb .
    ) >"$new/log" 2>&1 </dev/null || return 1
    rm -rf "$new/lists" "$new/cache"
    rm -rf "$2"
    mv "$new" "$2"
}

# ensure_debian PACKAGE: fails if the package is missing and cannot be downloaded.
ensure_debian() {
    [ -d "$ROOT/.tools/$1" ] || unpack_debian "$1" "$ROOT/.tools/$1"
}

ensure_prometheus() {
    if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
        return
    fi
    if ensure_debian prometheus; then
        PATH=$PATH:$ROOT/.tools/prometheus/usr/bin
    else
        echo "$PROGRAM: prometheus and promtool are missing; the tests that need them are skipped"
    fi
}

# Without Alertmanager ALERTMANAGER_PROGRAM is not set.
ensure_alertmanager() {
    if ALERTMANAGER_PROGRAM=$(command -v alertmanager); then
        export ALERTMANAGER_PROGRAM
    elif ensure_debian prometheus-alertmanager; then
        export ALERTMANAGER_PROGRAM=$ROOT/.tools/prometheus-alertmanager/usr/bin/prometheus-alertmanager
    else
        unset ALERTMANAGER_PROGRAM
        echo "$PROGRAM: alertmanager is missing; the test that an alert is mailed is skipped"
    fi
}

ensure_faketime() {
    if ensure_debian libfaketime; then
        FAKETIME_LIBRARY=$(find "$ROOT/.tools/libfaketime" -name libfaketimeMT.so.1)
        export FAKETIME_LIBRARY
    else
        echo "$PROGRAM: libfaketime is missing; the test of a clock that jumps is skipped"
    fi
}

# The variable is not called NGINX, because nginx reads a variable of that name. Without nginx
# NGINX_PROGRAM is not set.
ensure_nginx() {
    NGINX_PROGRAM=$(command -v nginx) || NGINX_PROGRAM=$ROOT/.tools/nginx/usr/sbin/nginx
    if [ -x "$NGINX_PROGRAM" ] || ensure_debian nginx; then
        export NGINX_PROGRAM
    else
        unset NGINX_PROGRAM
        echo "$PROGRAM: nginx is missing; the tests of the proxy are skipped"
    fi
}

# PgBouncer needs a library that is rarely installed. Without PgBouncer PGBOUNCER_PROGRAM is not set.
ensure_pgbouncer() {
    if PGBOUNCER_PROGRAM=$(command -v pgbouncer); then
        export PGBOUNCER_PROGRAM
    elif ensure_debian pgbouncer && ensure_debian libc-ares2 && ensure_debian libevent-2.1-7; then
        PGBOUNCER_PROGRAM=$ROOT/.tools/pgbouncer/usr/sbin/pgbouncer
        PGBOUNCER_LIBRARIES=$(find "$ROOT"/.tools/libc-ares2 "$ROOT"/.tools/libevent-2.1-7 \
            -name '*.so.*' -exec dirname {} + | sort -u | paste -sd: -)
        export PGBOUNCER_PROGRAM PGBOUNCER_LIBRARIES
    else
        unset PGBOUNCER_PROGRAM
        echo "$PROGRAM: pgbouncer is missing; the tests of a pooler are skipped"
    fi
}

# Chromium needs libraries of the system, so it cannot be unpacked in .tools.
ensure_chromium() {
    command -v chromium >/dev/null && return
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "$PROGRAM: installing chromium"
        { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core; } \
            >/dev/null 2>&1 </dev/null || true
    fi
    command -v chromium >/dev/null ||
        echo "$PROGRAM: chromium is missing; the tests of the console in a browser are skipped"
}
