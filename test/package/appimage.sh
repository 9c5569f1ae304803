#!/bin/bash
# Starts the app from an AppImage, and the command line inside it. Needs xvfb.
#   usage: test/package/appimage.sh APPIMAGE [ARGUMENT FOR build/release/smoke.ts...]
set -euo pipefail
image=$(realpath "$1")
shift
smoke=$(realpath "$(dirname "$0")/../../build/release/smoke.ts")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod +x "$image"
(cd "$scratch" && "$image" --appimage-extract >/dev/null)
resources=$scratch/squashfs-root/resources

# A machine without FUSE can't mount the image, but can run an unpacked copy.
export APPIMAGE_EXTRACT_AND_RUN=1
# Chromium has no sandbox for root, nor where users may not create namespaces.
xvfb-run -a "$resources/node/node" "$smoke" \
  --berth "$resources/bin/berth" --app "$image" "$@" -- --no-sandbox
echo 'appimage: started'
