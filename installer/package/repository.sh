#!/usr/bin/env bash
# Puts a package into a signed repository for apt: installer/package/repository.sh FOLDER KEY DEB
# KEY is the fingerprint of a signing key in gpg's keyring. FOLDER is what the city's web server hands out over https;
# it is made at the first call, with the public key in FOLDER/console1022.asc.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,4p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../bootstrap.sh
source "$here/../bootstrap.sh"
install_packages reprepro gpg gpg-agent
mkdir -p "$1/conf"
folder=$(cd "$1" && pwd)
printf 'Origin: 1022\nCodename: stable\nArchitectures: %s\nComponents: main\nSignWith: %s\n' \
  "$(dpkg --print-architecture)" "$2" >"$folder/conf/distributions"
gpg --armor --export "$2" >"$folder/console1022.asc"
# A version older than the one that is there is left out by reprepro itself.
reprepro --silent --basedir "$folder" includedeb stable "$3"
