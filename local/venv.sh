# shellcheck shell=bash
# Finds a Python and makes virtual environments; sourced by run_local.sh and run_tests.sh.
# It works with the bash 3.2 of macOS, with and without `set -e`. The caller sets PROGRAM, the prefix
# of each message, and calls end_venv in its traps.

VENV_CHILD=
VENV_LOCK=

fail() {
    printf '%s: %s\n' "$PROGRAM" "$1" >&2
    exit 1
}

# Run a command in its own process group, so that a signal can end the command with its children.
run_child() {
    local code=0
    set -m
    "$@" </dev/null &
    VENV_CHILD=$!
    set +m
    wait "$VENV_CHILD" || code=$?
    VENV_CHILD=
    return "$code"
}

# Stop ensure_venv and remove its lock.
end_venv() {
    if [ -n "$VENV_CHILD" ]; then
        kill -TERM -- "-$VENV_CHILD" 2>/dev/null || true
        wait "$VENV_CHILD" 2>/dev/null || true
    fi
    [ -z "$VENV_LOCK" ] || rm -rf "$VENV_LOCK"
}

# Print the path of a Python if it is 3.13 or newer and can create virtual environments.
probe_python() {
    "$1" -c '
import sys, sysconfig
if sys.version_info < (3, 13) or sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit(1)
import ensurepip, venv
print(sys.executable)' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 \
        "${PYENV_ROOT:-/nowhere}"/versions/3.1[3-9]*/bin/python3 \
        "$HOME"/.pyenv/versions/3.1[3-9]*/bin/python3; do
        probe_python "$candidate" && return
    done
    return 1
}

no_python() {
    local version
    version=$(python3 --version 2>/dev/null) || version=missing
    fail "Python 3.13 or newer with its venv module is required; python3 is $version. Install it: \
apt install python3.13-venv, brew install python@3.13, pyenv install 3.13, or from python.org"
}

# venv_digest DIR REQUIREMENTS...: print a digest of the files. The environment's Python computes it.
venv_digest() {
    local dir=$1
    shift
    "$dir/bin/python" -c '
import hashlib, sys
files = (open(path, "rb").read() for path in sys.argv[1:])
print(hashlib.sha256(b"\0".join(files)).hexdigest())' "$@" 2>/dev/null
}

venv_is_current() {
    local digest
    [ -f "$1/.finished" ] && digest=$(venv_digest "$@") && [ "$digest" = "$(cat "$1/.finished")" ]
}

lock_venv() {
    local lock=$1 owner
    if ! mkdir "$lock" 2>/dev/null; then
        [ -d "$lock" ] || fail "cannot write in $(dirname -- "$lock"); change its permissions"
        owner=$(cat "$lock/pid" 2>/dev/null) || owner=
        if [ -z "$owner" ] || kill -0 "$owner" 2>/dev/null; then
            fail "another process (pid ${owner:-unknown}) is creating ${lock%.lock}; wait for it, or remove $lock"
        fi
    fi
    VENV_LOCK=$lock
    echo $$ >"$lock/pid"
}

make_venv() {
    local dir=$1 python=$2 file arguments
    shift 2
    printf '%s: creating %s with %s; this happens once\n' "$PROGRAM" "$dir" "$python"
    rm -rf "$dir"
    mkdir "$dir"
    : >"$dir/.made-here"
    run_child "$python" -m venv "$dir" || fail "$python cannot create a virtual environment, see above"
    arguments=()
    for file in "$@"; do
        arguments+=(-r "$file")
    done
    # Python compiles the modules that are imported; pip would compile all, for as long again.
    run_child "$dir/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
        --no-compile --require-hashes "${arguments[@]}" || fail "pip cannot install the packages, see above"
    venv_digest "$dir" "$@" >"$dir/.finished"
}

# ensure_venv DIR REQUIREMENTS...: create the environment unless it exists for these requirements.
# An unfinished environment is created again. A folder that this script did not create is an error.
ensure_venv() {
    local dir=$1 python file
    for file in "${@:2}"; do
        [ -r "$file" ] || fail "cannot read $file"
    done
    if venv_is_current "$@"; then
        return
    fi
    python=$(find_python) || no_python
    if [ -e "$dir" ] && [ ! -e "$dir/.made-here" ]; then
        fail "$dir was not created by this script; move it away"
    fi
    lock_venv "$dir.lock"
    make_venv "$dir" "$python" "${@:2}"
    rm -rf "$VENV_LOCK"
    VENV_LOCK=
}
