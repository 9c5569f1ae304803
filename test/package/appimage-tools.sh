#!/bin/bash
# Makes a folder for APPIMAGE_TOOLS_PATH, so that electron-builder makes an AppImage without a download: with the
# mksquashfs of this system, and a stand-in for the runtime. The stand-in is a script that unpacks the image and
# starts it. Needs squashfs-tools. Prints the folder.
#   usage: test/package/appimage-tools.sh FOLDER
set -euo pipefail
folder=$(realpath -m "$1")
case $(uname -m) in
  aarch64) arch=arm64 ;;
  *) arch=x64 ;;
esac
mkdir -p "$folder/runtimes" "$folder/lib/$arch"
ln -sf "$(command -v mksquashfs)" "$folder/mksquashfs"
ln -sf /usr/bin/true "$folder/desktop-file-validate"
cat >"$folder/runtimes/runtime-$arch" <<'SCRIPT'
#!/bin/sh
image=$(readlink -f "$0")
unpack() { unsquashfs -quiet -no-progress -offset 4096 -dest "$1" "$image" >/dev/null; }
if [ "$1" = --appimage-extract ]; then unpack squashfs-root; exit; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unpack "$folder/app"
APPDIR=$folder/app APPIMAGE=$image "$folder/app/AppRun" "$@"
exit
SCRIPT
# The image starts where the runtime ends.
truncate --size=4096 "$folder/runtimes/runtime-$arch"
echo "$folder"
