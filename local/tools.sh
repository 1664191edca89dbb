# shellcheck shell=bash
# Puts Prometheus on the path for the tests that need it; sourced by run_tests.sh, after venv.sh.
# The machine's own, else Debian's package, unpacked in .tools: nothing is installed.

unpack_prometheus() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    local new=$1.unfinished
    rm -rf "$new"
    mkdir -p "$new"
    (
        cd "$new" || exit 1
        mkdir -p lists/partial cache/archives/partial
        # Lists of our own: the machine's may be empty, and are not ours to change.
        apt=(apt-get -qq -o "Dir::State::lists=$new/lists" -o "Dir::Cache=$new/cache")
        "${apt[@]}" update && "${apt[@]}" download prometheus && dpkg-deb -x prometheus_*.deb .
    ) >"$new/log" 2>&1 </dev/null || return 1
    rm -rf "$new/lists" "$new/cache"
    rm -rf "$1"
    mv "$new" "$1"
}

ensure_prometheus() {
    local tools=$ROOT/.tools/prometheus
    if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
        return
    fi
    if [ ! -x "$tools/usr/bin/promtool" ] && ! unpack_prometheus "$tools"; then
        echo "$PROGRAM: no prometheus and promtool; tests of metrics that need them are skipped"
        return
    fi
    PATH=$PATH:$tools/usr/bin
}
