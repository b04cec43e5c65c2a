#!/usr/bin/env bash
# Sets up what is missing and starts the console: installer/run.sh [--demo] [ARGS of `console1022 run`]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=bootstrap.sh
source "$here/bootstrap.sh"

headless=
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || headless=1

needed=("${packages_run[@]}")
[ -z "$headless" ] || needed+=("${packages_display[@]}")
install_packages "${needed[@]}"
install_wheels
install_command
prepare_environment

export PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH} # not by going there: paths given are the caller's
if [ -n "$headless" ]; then
  say "Không có màn hình: chạy trên màn hình ảo (Xvfb)."
  exec xvfb-run -a -s "-screen 0 1366x768x24" "$venv/bin/python" -P -m console run "$@"
fi
exec "$venv/bin/python" -P -m console run "$@"
