#!/usr/bin/env bash
# Makes the Debian package of the program: installer/package/build.sh [FOLDER]
# (build/package when left out). It carries its own Python; what it needs of the system its control file names.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../bootstrap.sh
source "$here/../bootstrap.sh"
target=$(mkdir -p "${1:-$root/build/package}" && cd "${1:-$root/build/package}" && pwd)

install_packages "${packages_run[@]}" binutils dpkg-dev zstd
install_wheels
cd "$root"
prepare_environment

tools=$root/build/package-tools
if [ "$(cat "$tools/stamp" 2>/dev/null)" != "$(sha256sum <"$here/requirements.lock")" ]; then
  rm -rf "$tools"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target "$tools" \
    -r "$here/requirements.lock"
  sha256sum <"$here/requirements.lock" >"$tools/stamp"
fi

# The same source gives the same package: times of the last commit, no order of a disk.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "== PyInstaller"
PYTHONPATH=$tools "$venv/bin/python" -m PyInstaller --noconfirm --log-level WARN \
  --distpath "$work/dist" --workpath "$work/work" "$here/console1022.spec" >&2

say "== dpkg-deb"
version=$(PYTHONPATH=$root "$venv/bin/python" -c 'import console; print(console.__version__)')
architecture=$(dpkg --print-architecture)
stage=$work/stage
mkdir -p "$stage"/usr/{bin,lib/systemd/system,lib/udev/rules.d} "$stage/DEBIAN" \
  "$stage"/usr/share/{applications,icons/hicolor/scalable/apps,doc/console1022} "$stage"/etc/{console1022,apparmor.d}
mv "$work/dist/console1022" "$stage/usr/lib/console1022"
ln -s ../lib/console1022/console1022 "$stage/usr/bin/console1022"
cp "$here/debian/console.toml" "$stage/etc/console1022/console.toml"
cp "$here/debian/apparmor" "$stage/etc/apparmor.d/console1022"
cp "$here/debian/console1022-gateway.service" "$stage/usr/lib/systemd/system/"
cp "$here/debian/60-console1022.rules" "$stage/usr/lib/udev/rules.d/"
cp "$here/debian/console1022.desktop" "$stage/usr/share/applications/"
cp "$here/debian/console1022.svg" "$stage/usr/share/icons/hicolor/scalable/apps/"
cp "$here/debian/copyright" "$stage/usr/share/doc/console1022/"
gzip -9n <CHANGELOG.md >"$stage/usr/share/doc/console1022/changelog.gz"
PYTHONPATH=$tools "$venv/bin/python" "$here/bom.py" "$stage/usr/lib/console1022/_internal" "$version" "$SOURCE_DATE_EPOCH" \
  >"$stage/usr/share/doc/console1022/bom.cdx.json"
cp -r resources/asterisk "$stage/usr/share/doc/console1022/examples"
say "== the books"
build_site
cp -r build/site "$stage/usr/share/doc/console1022/html"
printf '/etc/console1022/console.toml\n/etc/apparmor.d/console1022\n' >"$stage/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "$here/debian/$script" "$stage/DEBIAN/$script"; done

# What the scripts install, the package depends on: one list. Python is inside.
depends=()
for name in "${packages_run[@]}"; do
  case $name in
    python3 | python3-venv) ;;
    *t64) depends+=("$name | ${name%t64}") ;;
    *) depends+=("$name") ;;
  esac
done
depends+=(libc6 libgcc-s1 libstdc++6 libuuid1 libzstd1 zlib1g)
list=$(printf '%s, ' "${depends[@]}")
find "$stage" -type d -exec chmod 755 {} +
find "$stage/usr/lib/console1022" -type f ! -name console1022 ! -name QtWebEngineProcess -exec chmod 644 {} +
size=$(du -sk --exclude=DEBIAN "$stage" | cut -f1)
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$size/" \
  -e "s#@DEPENDS@#libc6 (>= 2.38), ${list%, }#; s/, libc6,/,/" "$here/debian/control" >"$stage/DEBIAN/control"
find "$stage" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package=$target/console1022_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zzstd --build "$stage" "$package" >&2
printf '%s\n' "$package"
