#!/bin/bash
# Installs a Debian package in a throw-away copy of this system, starts what it installs, and removes the
# package again. Needs root and xvfb.
#   usage: test/package/deb.sh PACKAGE [ARGUMENT FOR build/release/smoke.ts...]
set -euo pipefail
if [[ $1 != inside ]]; then
  package=$(realpath "$1")
  shift
  exec unshare --mount --pid --fork --kill-child --propagation private \
    bash "$(realpath "$0")" inside "$package" "$@"
fi
package=$2
shift 2

# Everything that is written stays in memory.
scratch=$(mktemp -d)
trap 'umount -l "$scratch" 2>/dev/null; rmdir "$scratch" 2>/dev/null || true' EXIT
mount -t tmpfs tmpfs "$scratch"
mkdir "$scratch"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root"
root=$scratch/root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/tmp"
cp "$package" "$root/tmp/berth.deb"
cp "$(dirname "$0")/../../build/release/smoke.ts" "$root/tmp"

chroot "$root" bash -euo pipefail -s -- "$@" <<'SCRIPT'
export HOME=/tmp/home DEBIAN_FRONTEND=noninteractive
mkdir -p "$HOME"
fail() { echo "deb: $1" >&2; exit 1; }

# A build machine may lack libraries that only a desktop has. The app says so if it needs them.
dpkg --force-depends -i /tmp/berth.deb
[[ $(readlink -f "$(command -v berth)") == /opt/Berth/resources/bin/berth ]] || fail 'berth is another program'
[[ $(stat -c %a /opt/Berth/chrome-sandbox) == 4755 ]] || fail 'the sandbox has no rights'
grep -q '^MimeType=x-scheme-handler/berth;' /usr/share/applications/berth.desktop || fail 'berth: links open nothing'

# Chromium has no sandbox for root.
xvfb-run -a /opt/Berth/resources/node/node /tmp/smoke.ts --berth "$(command -v berth)" \
  --app /opt/Berth/berth-app "$@" -- --no-sandbox || fail 'the installed app fails'

dpkg --force-depends -r berth
[[ ! -e /opt/Berth && ! -e /usr/bin/berth ]] || fail 'the package left files'
echo 'deb: installed, started and removed'
SCRIPT
