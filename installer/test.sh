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
# a display, a window manager and a session bus of our own: the tests press real keys
step xvfb-run -a -s "-screen 0 1920x1080x24" dbus-run-session -- bash -c '
  openbox >/dev/null 2>&1 &
  "$0" -m pytest --no-xvfb "$@"; code=$?
  kill %1 2>/dev/null || true
  exit $code' "$bin/python" "$@"
