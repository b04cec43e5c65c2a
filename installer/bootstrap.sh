# Sourced by run.sh and test.sh: brings a fresh Debian or Ubuntu machine to the point where `python -m console` starts.
# Asks dpkg first, so that a second start needs neither network nor root.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
lock=$root/installer/requirements.lock
python=/usr/bin/python3

say() { printf '%s\n' "$*" >&2; }

packages_run=(
  python3 python3-venv ca-certificates
  libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0t64 libgssapi-krb5-2 fonts-noto-core
  libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1
  libxkbcommon-x11-0
  libnss3 libasound2t64 libxcomposite1 libxdamage1 libxfixes3 libxrandr2 libxtst6 libxkbfile1
  libportaudio2 libpulse0
)
packages_display=(xvfb xauth)
packages_test=(xvfb xauth openbox xdotool x11-utils x11-xserver-utils imagemagick dbus-daemon at-spi2-core python3-pyatspi
  gir1.2-atspi-2.0 strace procps iproute2 curl dovecot-imapd python3-aiosmtpd clamav-daemon openssl postgresql
  tilemaker osmium-tool
  pipewire wireplumber pipewire-pulse pulseaudio-utils libasound2-plugins ibus ibus-unikey)

# install_packages NAME...: the missing ones by apt, as root or through sudo; waits for an upgrade that the
# machine does by itself right after its first start
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "Cần quyền quản trị để cài gói hệ thống. Hãy chạy với quyền root:"
      say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
      exit 3
    fi
    sudo=(sudo)
  fi
  say "Đang cài ${#missing[@]} gói hệ thống: ${missing[*]}"
  if ! { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >&2; }; then
    say "Không cài được gói hệ thống. Hãy kiểm tra mạng rồi chạy:"
    say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    exit 3
  fi
}

# install_test_packages: as install_packages, but Debian's postgresql makes and starts no cluster of its own:
# the tests bring up theirs, and port 5432 stays as it is
install_test_packages() {
  local sudo=() rule=/etc/postgresql-common/createcluster.d/console1022-tests.conf code=0
  if compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
    install_packages "$@"
    return
  fi
  if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then sudo=(sudo); fi
  if [ "$(id -u)" -eq 0 ] || [ ${#sudo[@]} -gt 0 ]; then
    "${sudo[@]}" mkdir -p "${rule%/*}"
    echo 'create_main_cluster = false' | "${sudo[@]}" tee "$rule" >/dev/null
  fi
  (install_packages "$@") || code=$?
  "${sudo[@]}" rm -f "$rule"
  [ "$code" -eq 0 ] || exit "$code"
}

# install_wheels: .venv with exactly the locked wheels; a stamp of lock and interpreter makes the next start free
install_wheels() {
  [ -r "$lock" ] || { say "Thiếu installer/requirements.lock: bản sao mã nguồn không đầy đủ, hãy tải lại."; exit 3; }
  [ -x "$python" ] || { say "Thiếu $python."; exit 3; }
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' || {
    say "Cần Python 3.12 trở lên tại $python (PySide6 6.12 dừng đột ngột trên bản cũ)."
    exit 3
  }
  local stamp
  stamp=$({ sha256sum <"$lock"; "$python" -VV; } | sha256sum | cut -c1-64)
  [ -x "$venv/bin/python" ] && [ "$(cat "$venv/stamp" 2>/dev/null)" = "$stamp" ] && return 0
  say "Đang cài thư viện vào .venv"
  if ! { "$python" -m venv "$venv" &&
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock" >&2; }; then
    say "Không cài được thư viện. Hãy kiểm tra mạng rồi chạy lại."
    exit 3
  fi
  printf '%s\n' "$stamp" >"$venv/stamp"
}

# build_site: the books of docs/ as one site in build/site, strictly: a dead link or a page outside the list ends it. What
# builds it is a lock of its own, which the program does not need.
build_site() {
  local lock=$root/installer/requirements-docs.lock stamp
  stamp=$({ cat "$venv/stamp"; sha256sum <"$lock"; } | sha256sum | cut -c1-64)
  if [ "$(cat "$venv/stamp-docs" 2>/dev/null)" != "$stamp" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock" >&2
    printf '%s\n' "$stamp" >"$venv/stamp-docs"
  fi
  (cd "$root" && NO_MKDOCS_2_WARNING=1 "$venv/bin/mkdocs" build --strict --quiet)
  if grep -rE '<(script|link|img|iframe)[^>]+(src|href)="(https?:)?//' "$root/build/site" --include='*.html' >&2; then
    say "The site would load something from the internet."
    return 1
  fi
}

# install_command: .venv/bin/console1022 runs this checkout from any folder; where .venv is somebody else's, without it
install_command() {
  local command=$venv/bin/console1022 text
  text=$(printf '#!/usr/bin/env bash\nPYTHONPATH=%q${PYTHONPATH:+:$PYTHONPATH} exec %q -P -m console "$@"' "$root" "$venv/bin/python")
  [ "$(cat "$command" 2>/dev/null)" = "$text" ] && return 0
  { printf '%s\n' "$text" >"$command" && chmod 755 "$command"; } 2>/dev/null || true
}

# Chromium refuses its sandbox to root; only these scripts may say so, and only then
prepare_environment() {
  [ "$(id -u)" -eq 0 ] && export QTWEBENGINE_DISABLE_SANDBOX=1
  export PYTHONUTF8=1 LC_ALL="${LC_ALL:-C.UTF-8}"
  return 0
}
