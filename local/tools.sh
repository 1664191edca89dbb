# shellcheck shell=bash
# Programs that the tests need beside Python's; sourced by run_tests.sh, after venv.sh.
# The machine's own, else Debian's packages, unpacked in .tools: nothing is installed.

unpack_debian() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    local new=$2.unfinished
    rm -rf "$new"
    mkdir -p "$new"
    (
        cd "$new" || exit 1
        mkdir -p lists/partial cache/archives/partial
        # Lists of our own: the machine's may be empty, and are not ours to change.
        apt=(apt-get -qq -o "Dir::State::lists=$new/lists" -o "Dir::Cache=$new/cache")
        "${apt[@]}" update && "${apt[@]}" download "$1" && dpkg-deb -x "$1"_*.deb .
    ) >"$new/log" 2>&1 </dev/null || return 1
    rm -rf "$new/lists" "$new/cache"
    rm -rf "$2"
    mv "$new" "$2"
}

# Whether the package is there, or could be fetched.
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
        echo "$PROGRAM: no prometheus and promtool; tests of metrics that need them are skipped"
    fi
}

ensure_faketime() {
    if ensure_debian libfaketime; then
        FAKETIME_LIBRARY=$(find "$ROOT/.tools/libfaketime" -name libfaketimeMT.so.1)
        export FAKETIME_LIBRARY
    else
        echo "$PROGRAM: no libfaketime; the test of a clock that jumps is skipped"
    fi
}

# NGINX itself is a variable of nginx's. Without nginx NGINX_PROGRAM is not set.
ensure_nginx() {
    NGINX_PROGRAM=$(command -v nginx) || NGINX_PROGRAM=$ROOT/.tools/nginx/usr/sbin/nginx
    if [ -x "$NGINX_PROGRAM" ] || ensure_debian nginx; then
        export NGINX_PROGRAM
    else
        unset NGINX_PROGRAM
        echo "$PROGRAM: no nginx; the tests of what it keeps from whom are skipped"
    fi
}
