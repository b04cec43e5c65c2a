#!/usr/bin/env bash
# Sets up what the checks need, then lint, types, import contracts and every test: installer/test.sh [PYTEST ARGS]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=bootstrap.sh
source "$here/bootstrap.sh"

[ -z "${CONSOLE1022_TEST_DATA:-}" ] || CONSOLE1022_TEST_DATA=$(cd "$CONSOLE1022_TEST_DATA" && pwd)
export CONSOLE1022_TEST_DATA

install_test_packages "${packages_run[@]}" "${packages_test[@]}"
install_wheels
prepare_environment
cd "$root"

step() { say "== $*"; "$@"; }
bin=$venv/bin
step "$bin/ruff" check .
step "$bin/ruff" format --check .
step "$bin/mypy"
step "$bin/lint-imports" --no-cache

# on_a_display NUMBER ARGS...: pytest with a display, a window manager and a session bus of its own; the tests press real keys
on_a_display() {
  local number=$1
  shift
  xvfb-run -a -n "$number" -s "-screen 0 1920x1080x24" dbus-run-session -- bash -c '
    openbox >/dev/null 2>&1 &
    "$0" -m pytest --no-xvfb "$@"; code=$?
    kill %1 2>/dev/null || true
    exit $code' "$bin/python" "$@"
}

for argument in "$@"; do
  # somebody names tests or only asks: one run
  case $argument in *tests* | --collect-only | --co | --version | --help | -h) step on_a_display 99 "$@"; exit ;; esac
done

# Most of the time goes by in waiting for windows, modems and servers, so two halves run beside each other.
said=$(mktemp)
trap 'rm -f "$said"; kill "${first:-}" 2>/dev/null || true' EXIT
say "== tests/unit tests/integration beside tests/ui tests/e2e tests/integration/cli"
on_a_display 299 tests/unit tests/integration --ignore tests/integration/cli "$@" >"$said" 2>&1 &
first=$!
seen=0 below=0
on_a_display 99 tests/ui tests/e2e tests/integration/cli "$@" || seen=$?
wait "$first" || below=$?
cat "$said"
# 5: nothing in this half is meant by the arguments
[ "$below" -ne 5 ] || [ "$seen" -eq 5 ] || below=0
[ "$seen" -ne 5 ] || [ "$below" -eq 5 ] || seen=0
exit $((below > seen ? below : seen))
