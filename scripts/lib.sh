# What the other scripts share; sourced by them, not run.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    echo "$*" >&2
    exit 1
}

can_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null
}

# install PACKAGE...: as root on Debian/Ubuntu installs them, quietly; returns 1 when that is not possible.
install() {
    can_install || return 1
    echo "正在安装系统软件包：$*"
    local log options="-qq -y --no-install-recommends -o Acquire::Retries=2 -o Acquire::http::Timeout=30"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if apt-get install $options "$@" > "$log" 2>&1 ||
        { apt-get update -qq >> "$log" 2>&1 && apt-get install $options "$@" >> "$log" 2>&1; }; then
        rm -f "$log"
    else
        tail -n 5 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

has_browser() {
    local name
    [ -n "${BROWSER_PATH:-}" ] && return 0
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" > /dev/null && return 0
    done
    return 1
}

# The name of the package that brings Chromium; Ubuntu has no headless one.
browser_package() {
    if grep -qx 'ID=ubuntu' /etc/os-release 2> /dev/null; then echo chromium-browser; else echo chromium-headless-shell; fi
}

has_chinese_font() {
    command -v fc-list > /dev/null && [ -n "$(fc-list :lang=zh-cn)" ]
}

# install_lock LOCK: brings .venv to this lock; a copy of it in .venv says that it is there already.
install_lock() {
    cmp -s "$1" ".venv/$1" && return 0
    echo "正在安装 Python 依赖（$1）…"
    local pip=(.venv/bin/python -m pip install -q --disable-pip-version-check)
    if command -v uv > /dev/null; then
        pip=(uv pip install -q --python .venv/bin/python)
    elif ! .venv/bin/python -m pip --version > /dev/null 2>&1; then
        .venv/bin/python -m ensurepip > /dev/null # a .venv that uv made has no pip
    fi
    "${pip[@]}" --require-hashes -r "$1" || fail "Python 依赖安装失败，原因见上。"
    cp "$1" ".venv/$1"
}
