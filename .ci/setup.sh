#!/bin/sh
# Makes .venv/ with everything in the lock files; does nothing when that is already so.
#   .ci/setup.sh run      what `make run` needs
#   .ci/setup.sh tests    that, and what `make test` needs
# What Debian has to give is looked for first. Where something is missing it is installed as root or by `sudo -n`;
# otherwise this stops before it has touched anything, with the one line to paste.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)
for_what=${1:-run}
case $for_what in
run) lock=requirements.lock ;;
tests) lock=requirements-test.lock ;;
*)
    echo "usage: $0 run|tests" >&2
    exit 2
    ;;
esac

say() { printf 'setup: %s\n' "$*"; }
stop() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# Two at once would trip over one another. The lock is on this very file, so nothing is left behind.
if command -v flock >/dev/null; then
    exec 9<.ci/setup.sh
    flock 9
fi

# --- Is there anything to do? ---------------------------------------------------------------------------------------

# Changes with every lock file, with what pyproject.toml installs, with this script, the Python and the place.
stamp_of() { # lock file
    {
        cat requirements-build.lock "$1" .ci/setup.sh
        sed '/^\[tool\.pytest/,$d' pyproject.toml
        printf '%s\n' "$here"
        .venv/bin/python -V
    } 2>/dev/null | sha256sum | cut -d ' ' -f 1
}
is_made() { [ -x .venv/bin/python ] && [ "$(cat ".venv/.made-for-$for_what" 2>/dev/null)" = "$(stamp_of "$lock")" ]; }

# The tests print and photograph, so a font, browser or library taken away since is missed on any day.
missing=
need() { missing="$missing $*"; }
has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

find_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    stop "需要 Python 3.11 或更新版本（Debian 12 起自带），本机没有找到。" \
        "Python 3.11 or newer is needed (Debian 12 and later have it); none was found here."
}

find_python
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || need fonts-noto-cjk
if [ "$for_what" = tests ]; then
    command -v chromium >/dev/null || need chromium
    has_library libzbar.so.0 || need libzbar0
    # The centre's tests start a server of their own; the newest installed one serves.
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need postgresql
fi
if ! is_made; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
    # evdev has no wheel but for x86-64: there it is compiled, against the kernel's and Python's headers.
    if [ "$(uname -m)" != x86_64 ]; then
        command -v cc >/dev/null || command -v gcc >/dev/null || need gcc
        [ -e /usr/include/stdio.h ] || need libc6-dev
        include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
        [ -e "$include/Python.h" ] || need python3-dev
        [ -e /usr/include/linux/input.h ] || need linux-libc-dev
    fi
elif [ -z "$missing" ]; then
    exit 0
fi

# --- What Debian gives ----------------------------------------------------------------------------------------------

if [ -n "$missing" ]; then
    command -v apt-get >/dev/null || stop "缺少：$missing。本机没有 apt-get，请自行安装。" \
        "Missing:$missing. There is no apt-get here: please install them your own way."
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        line="apt-get install -y --no-install-recommends$missing"
        ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || line="apt-get update && $line"
        if command -v sudo >/dev/null; then
            line=$(printf '%s' "$line" | sed 's/apt-get/sudo apt-get/g')
            who_zh= who_en=
        else
            who_zh='以 root 身份' who_en=' as root'
        fi
        say "缺少系统软件包，什么都还没有改动。请${who_zh}粘贴下面这一行，然后再运行一次：" >&2
        say "Debian packages are missing and nothing has been touched. Paste this line$who_en, then run the same again:" >&2
        printf '\n    %s\n\n' "$line" >&2
        exit 1
    fi
    say "正在安装系统软件包 / installing Debian packages:$missing"
    # A source that can't be reached just now is no reason to stop: what is needed may come from another.
    $as_root apt-get -q update 9<&- || say "软件源未能全部更新，继续 / not every source answered, going on"
    # shellcheck disable=SC2086 # the packages are words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
        install -y --no-install-recommends $missing 9<&-
    case $missing in *chromium*)
        # The same Chromium without windows: half the work for the same pages. A distribution's own Chromium has none.
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
            install -y --no-install-recommends chromium-headless-shell 9<&- ||
            say "没有 chromium-headless-shell，测试用 chromium，慢一些 / no chromium-headless-shell: the tests are slower"
        ;;
    esac
    is_made && exit 0
fi

# --- .venv/ ---------------------------------------------------------------------------------------------------------

# A venv that was moved, or whose Python has been replaced by a newer one, points at nothing.
if .venv/bin/python -c 'import pip' 2>/dev/null && grep -qF "$here/.venv/bin/" .venv/bin/pip; then
    rm -f .venv/.made-for-*
else
    say "正在创建 .venv / making .venv with $("$python" -V)"
    "$python" -m venv --clear .venv
fi

say "正在安装 $lock / installing $lock"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_PROGRESS_BAR=off
pip() { .venv/bin/python -m pip "$@" 9<&-; }
# What builds comes first and from a lock too: nothing here is fetched that no hash stands for.
pip install --quiet --require-hashes --only-binary :all: -r requirements-build.lock
pip install --quiet --require-hashes --no-build-isolation -r "$lock"
# (It warns that an editable installation may be shadowed by a folder of the same name: that is what is wanted here.)
export PYTHONWARNINGS=ignore
pip install --quiet --no-index --no-deps --no-build-isolation --editable .

stamp_of requirements.lock >.venv/.made-for-run
[ "$for_what" = run ] || stamp_of requirements-test.lock >.venv/.made-for-tests
say "完成 / ready"
