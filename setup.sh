#!/bin/sh
# Makes .venv, the environment of this checkout; make calls it before every target that needs Python.
# Looks before it leaps: what the machine lacks is installed where that needs no question (Debian, as root or by
# `sudo -n`); elsewhere one line says what to install, and nothing has been downloaded.
set -eu
cd "$(dirname "$0")"
unset PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 PYTHONNOUSERSITE=1

lock=requirements.lock
stamp=.venv/setup-done

# What WeasyPrint loads; Python's own loader finds them, so that an environment of conda or Homebrew counts too.
has_pango='
import ctypes, ctypes.util, sys
def has(name):
    for file in (f"lib{name}.so.0", f"lib{name}.0.dylib", f"lib{name}.dylib", ctypes.util.find_library(name)):
        try:
            return bool(file and ctypes.CDLL(file))
        except OSError:
            pass
sys.exit(not all(map(has, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))))
'

suitable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }
has_ensurepip() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The newest Python that can make an environment; else the newest there is.
find_python() {
    first=
    for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3}; do
        suitable "$name" || continue
        if has_ensurepip "$name"; then
            echo "$name"
            return
        fi
        first=${first:-$name}
    done
    echo "$first"
}

lacking() {
    has_ensurepip "$python" || echo "the Python module ensurepip"
    "$python" -c "$has_pango" 2>/dev/null || echo "Pango"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

install_debian_packages() {
    command -v apt-get >/dev/null || return 1
    as_root true 2>/dev/null || return 1
    echo "setup: installing $debian" >&2
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"' sh $debian >&2
}

stop() {
    echo "setup: $1. Install it with: (Debian, Ubuntu) sudo apt-get install $debian; (Fedora) sudo dnf install python3 pango harfbuzz;" \
        "(macOS) brew install python pango; (conda) conda install -c conda-forge 'python>=3.11,<3.15' pango" >&2
    exit 1
}

debian="python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
python=$(find_python)
[ -n "$python" ] || stop "no Python 3.11 to 3.14 was found on PATH"

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
key=$("$python" -c '
import hashlib, sys
digest = hashlib.sha256(repr(sys.argv[1:]).encode())
for name in ("requirements.lock", "pyproject.toml", "setup.sh"):
    digest.update(open(name, "rb").read())
print(digest.hexdigest())' "$(pwd)" "$version")

if [ "$(cat $stamp 2>/dev/null)" = "$key" ] && .venv/bin/python -c "$has_pango" 2>/dev/null; then
    exit 0
fi

debian="python$version-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
missing=$(lacking)
if [ -n "$missing" ]; then
    install_debian_packages || true
    missing=$(lacking)
    [ -z "$missing" ] || stop "missing: $(echo "$missing" | paste -sd, - | sed 's/,/, /g')"
fi

rm -f $stamp
if [ "$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$version" ]; then
    "$python" -m venv .venv
else
    "$python" -m venv --clear .venv
fi

echo "setup: installing the locked packages for Python $version into .venv (about 200 packages, a minute or two)" >&2
.venv/bin/python -m pip install -qq --require-hashes --only-binary :all: -r $lock
# The build backend came with the lock, so nothing unlocked is fetched to build cxlab itself.
.venv/bin/python -m pip install -qq --no-deps --no-index --no-build-isolation --editable .
.venv/bin/python -m pip check >&2
# The kernel that notebooks ask for is this environment's, wherever Jupyter is started from.
.venv/bin/python -m ipykernel install --sys-prefix --name python3 --display-name "Python 3 (cxlab)" >/dev/null
echo "$key" >$stamp
