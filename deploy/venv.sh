#!/usr/bin/env bash
# Makes .venv hold what a requirements file locks, and Parta itself: deploy/venv.sh requirements-dev.txt
# Does nothing, at once, when it already does; a venv with a bigger set serves a smaller one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly file=${1:?"which requirements file?"}
readonly stamp=.venv/installed
readonly python=.venv/bin/python
readonly chain=(requirements.txt requirements-embedded.txt requirements-dev.txt) # each holds the one before

fail() {
    echo "venv: $*" >&2
    exit 1
}

hashes() {
    if command -v sha256sum >/dev/null; then sha256sum -- "$@"; else shasum -a 256 -- "$@"; fi
}

# What the file gives, a line each: the folder (a venv cannot be moved), Parta, every set within it.
gives() {
    local name files=(pyproject.toml) smaller=()
    for name in "${chain[@]}"; do
        smaller+=("$name")
        if [[ $name == "$file" ]]; then files+=("${smaller[@]}"); fi
    done
    if ((${#files[@]} == 1)); then files+=("$file"); fi
    pwd
    hashes "${files[@]}"
}

is_installed() {
    [[ -f $stamp ]] || return 1
    local line have
    have=$(<"$stamp")
    while IFS= read -r line; do
        [[ $'\n'$have$'\n' == *$'\n'"$line"$'\n'* ]] || return 1
    done < <(pwd && hashes pyproject.toml "$file")
    runs_python "$python"
}

runs_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

can_be_renewed() {
    [[ -f $stamp && $(head -n 1 "$stamp") == "$PWD" ]] && runs_python "$python" &&
        "$python" -m pip --version >/dev/null 2>&1
}

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && runs_python "$name"; then
            echo "$name"
            return
        fi
    done
    fail "Parta needs Python 3.11 or newer, and none is on the PATH."
}

can_make_venvs() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

install_venv_module() {
    local install=(apt-get install -y -qq --no-install-recommends python3-venv)
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        "${install[@]}" >/dev/null 2>&1 ||
            { apt-get update -qq >/dev/null && "${install[@]}" >/dev/null; } || true
    fi
    can_make_venvs "$1" || fail "$1 cannot make virtual environments: install python3-venv."
}

make_venv() {
    local base
    base=$(find_python)
    can_make_venvs "$base" || install_venv_module "$base"
    "$base" -m venv --clear .venv
}

install() {
    "$python" -m pip install -qq --disable-pip-version-check --no-input "$@"
}

[[ -f $file ]] || fail "there is no $file."
if is_installed; then exit 0; fi

echo "venv: installing $file into .venv …"
export PIP_ROOT_USER_ACTION=ignore
# No stamp: whatever stands there may be half of something. It is taken away first, so that an
# installation cut short is seen as one.
if can_be_renewed; then
    rm "$stamp"
else
    make_venv
fi
install --require-hashes -r "$file"
install --no-deps --no-build-isolation -e .
gives >"$stamp.new"
mv "$stamp.new" "$stamp"
echo "venv: ready after $SECONDS s."
