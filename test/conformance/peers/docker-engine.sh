#!/bin/sh
# docker-engine.sh DIRECTORY REGISTRY STORAGE ROOT DRIVER runs Docker's engine in namespaces that
# unshare created for this script. Its socket is DIRECTORY/run/docker.sock. REGISTRY is an address of
# this network namespace. DRIVER is overlay2, or overlayfs for containerd's image store.
set -eu
directory=$1 registry=$2 storage=$3 root=$4 driver=$5

mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
    mkdir "$root/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "$root/sys/fs/cgroup/$controller"
  done
fi
mount --rbind /dev "$root/dev"
mkdir -p "$directory/data" "$directory/run"
# A plain directory, because overlayfs doesn't stack on overlayfs.
mount --bind "$directory/data" "$root/var/lib/docker"
mount --bind "$directory/run" "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/etc/docker"
if [ "$driver" = overlayfs ]; then
  echo '{ "features": { "containerd-snapshotter": true } }' >"$root/etc/docker/daemon.json"
fi

hostname docker-engine
"$(dirname "$0")/serve-registry.sh" "$directory" "$registry" "$storage"

cd "$root"
pivot_root . old
cd /
umount -l /old
export PATH=/usr/sbin:/usr/bin HOME=/root
# This shell is process 1, so it adopts orphans like an init process.
dockerd --host=unix:///run/docker.sock --exec-opt=native.cgroupdriver=cgroupfs \
  --storage-driver="$driver" --default-cgroupns-mode=private --insecure-registry="$registry" &
wait
