#!/usr/bin/env bash
# Sets up what the checks need, then lint, types, import contracts and every test: installer/test.sh [PYTEST ARGS]
# For the inner loop, without types and without what needs a display or a server: installer/test.sh quick [PYTEST ARGS]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=bootstrap.sh
source "$here/bootstrap.sh"

[ -z "${CONSOLE1022_TEST_DATA:-}" ] || CONSOLE1022_TEST_DATA=$(cd "$CONSOLE1022_TEST_DATA" && pwd)
export CONSOLE1022_TEST_DATA

step() { say "== $*"; "$@"; }
bin=$venv/bin

# checks: all that reads the code and does not run it, but for the types
checks() {
  step "$bin/ruff" check .
  step "$bin/ruff" format --check .
  step "$bin/lint-imports" --no-cache
  step "$bin/vulture"
  step "$bin/codespell" console tests docs installer resources ./*.md
}

if [ "${1:-}" = quick ]; then
  shift
  install_wheels
  prepare_environment
  cd "$root"
  checks
  export CONSOLE1022_TEST_PROPERTIES=quick # fewer examples of each property
  # pages of docs/reference that are out of date: .venv/bin/python -m tests.docs.reference
  step "$bin/python" -m pytest --no-xvfb -q -n "$(nproc)" --dist worksteal tests/unit "$@"
  exit
fi

install_test_packages "${packages_run[@]}" "${packages_test[@]}"
install_wheels
install_command
prepare_environment
unset PYTHONDONTWRITEBYTECODE # hundreds of processes start; each would compile the program anew
cd "$root"

checks
step build_site

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
  case $argument in *tests* | --collect-only | --co | --version | --help | -h)
    step "$bin/mypy"
    step on_a_display 99 "$@"
    exit
    ;;
  esac
done

# Much of the time goes by in waiting for windows, modems and servers, so the types and three parts of about the same
# weight are checked beside each other. The order is drawn by lot but always the same lot, so that two runs of one commit
# are the same run; --randomly-seed=N tries another.
parts=("tests/unit tests/integration --ignore tests/integration/cli" "tests/integration/cli tests/e2e" "tests/ui")
said=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; rm -rf "$said"' EXIT

# part N ARGS...: a part of the tests, which keeps the names of those that failed in a folder of its own
part() {
  local n=$1
  shift
  # shellcheck disable=SC2086 # a part is several words
  on_a_display $((99 + 200 * n)) ${parts[n]} -p randomly --randomly-seed=1022 -o cache_dir="$said/failed-$n" "$@"
}

say "== $bin/mypy, beside the tests"
"$bin/mypy" >"$said/types" 2>&1 &
running+=($!)
for n in 0 1; do
  say "== ${parts[n]}, beside the others"
  part "$n" "$@" >"$said/$n" 2>&1 &
  running+=($!)
done
say "== ${parts[2]}"
codes=(0 0 0 0)
part 2 "$@" || codes[2]=$?
for n in 0 1; do
  wait "${running[n + 1]}" || codes[n]=$?
  cat "$said/$n"
done
wait "${running[0]}" || codes[3]=$?
cat "$said/types"

# A handful that failed is asked once more with the machine to itself. What fails again is a fault; what passes now has a
# race in it or has found one, and stands in the last lines of the run until somebody mends it.
failed() { grep -ohE '"[^"]+": true' "$@" 2>/dev/null | sed -E 's/": true$//; s/^"//' || true; }
unsteady=$(failed "$said"/failed-*/v/cache/lastfailed)
if [ -n "$unsteady" ] && [ "$(wc -l <<<"$unsteady")" -le 5 ]; then
  for n in 0 1 2; do
    [ "${codes[n]}" -eq 1 ] || continue
    say "== once more, alone: what failed of ${parts[n]}"
    codes[n]=0
    part "$n" --last-failed --last-failed-no-failures none "$@" || codes[n]=$?
  done
fi
worst=5 # nothing in any part is meant by the arguments
for code in "${codes[@]:0:3}"; do
  if [ "$code" -ne 5 ] && { [ "$worst" -eq 5 ] || [ "$code" -gt "$worst" ]; }; then worst=$code; fi
done
[ "${codes[3]}" -eq 0 ] || worst=${codes[3]}
[ -z "$unsteady" ] || say "failed beside the others:" "$unsteady"
exit "$worst"
