#!/bin/sh
# Runs on the build host after mmdebstrap has unpacked the packages into $1.
# shellcheck disable=SC2016 # the variables are those of dpkg-deb
set -eu
root=$1

# The list of packages, for the manifest.
for deb in "$root"/var/cache/apt/archives/*.deb; do
  dpkg-deb --show --showformat='${Package}\t${Version}\t${Architecture}\n' "$deb"
done >"$root/packages.tsv"

# The guest needs one file of this package, and none of its dependencies (all of podman).
cd "$root/tmp"
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq download golang-github-containers-common
dpkg-deb --fsys-tarfile golang-github-containers-common_*.deb |
  tar -x -C "$root" ./usr/share/containers/seccomp.json ./usr/share/doc/golang-github-containers-common/copyright
dpkg-deb --show --showformat='${Package}\t${Version}\t${Architecture}\n' \
  golang-github-containers-common_*.deb >>"$root/packages.tsv"
rm golang-github-containers-common_*.deb
