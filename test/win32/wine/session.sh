#!/bin/bash
# The first process of a Windows session, in mount and PID namespaces of its own. When it ends, all of the
# session ends. It prints its process ID on the host when Windows programs can start, and runs until its
# standard input closes.
set -euo pipefail
template=$1 modules=$2 scratch=$3 checkout=$4
read -r pid _ </proc/self/stat # this /proc still shows the host's IDs

# What the session writes stays in memory, and the template as it was.
mount -t tmpfs tmpfs "$scratch/memory"
for layer in root modules; do mkdir -p "$scratch/memory/$layer/"{upper,work}; done
overlay() { # LAYER LOWER TARGET
  mount -t overlay overlay -o "lowerdir=$2,upperdir=$scratch/memory/$1/upper,workdir=$scratch/memory/$1/work" "$3"
}
root=$scratch/root
overlay root "$template" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/tmp"

# The host sees the users' folders (C:\users), and Windows programs the checkout and the scratch folder (Z:).
cp -a "$root/prefix/drive_c/users/." "$scratch/users"
mount --bind "$scratch/users" "$root/prefix/drive_c/users"
mkdir -p "$root$checkout" "$root$scratch/shared"
mount --bind "$checkout" "$root$checkout"
overlay modules "$modules:$checkout/node_modules" "$root$checkout/node_modules"
mount --bind "$scratch/shared" "$root$scratch/shared"

# Without it, wine doesn't know localhost.
echo '127.0.0.1 localhost' >"$root/etc/hosts"

# One wine server for the session: without it, each program would start one.
chroot "$root" "$WINESERVER" --persistent
echo "$pid"
cat >/dev/null
