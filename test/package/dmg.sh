#!/bin/bash
# Installs the app from a disk image on macOS, starts it, and removes it again. Replaces an installed Berth.
#   usage: test/package/dmg.sh IMAGE [ARGUMENT FOR build/release/smoke.ts...]
set -euo pipefail
image=$1
shift
app=/Applications/Berth.app
resources=$app/Contents/Resources
# Sockets need a short path.
BERTH_HOME=$(mktemp -d /tmp/berth-XXXXXX)
export BERTH_HOME

mounted=$(mktemp -d)
hdiutil attach -nobrowse -readonly -mountpoint "$mounted" "$image"
trap 'hdiutil detach "$mounted" -force 2>/dev/null || true' EXIT
rm -rf "$app"
ditto "$mounted/Berth.app" "$app"
# Without secrets, a package has no signature of a developer. A broken signature is a fault in any case.
codesign --verify --deep --strict "$app"

"$resources/node/node" "$(dirname "$0")/../../build/release/smoke.ts" \
  --berth "$resources/bin/berth" --app "$app/Contents/MacOS/Berth" "$@"

"$resources/bin/berth" uninstall --data --force
rm -rf "$app"
[[ ! -e $BERTH_HOME ]] || { echo 'dmg: berth uninstall left files' >&2; exit 1; }
echo 'dmg: installed, started and removed'
