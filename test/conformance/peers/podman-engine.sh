#!/bin/sh
# podman-engine.sh DIRECTORY REGISTRY STORAGE ROOT runs Podman's service in namespaces that unshare
# created for this script. Its socket is DIRECTORY/run/podman.sock. REGISTRY is an address of this
# network namespace.
set -eu
directory=$1 registry=$2 storage=$3 root=$4

mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
mkdir -p "$directory/data" "$directory/run" "$directory/tmp"
# A plain directory, because overlayfs doesn't stack on overlayfs.
mount --bind "$directory/data" "$root/var/lib/containers"
mount --bind "$directory/run" "$root/run"
mount --bind "$directory/tmp" "$root/var/tmp"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/etc/containers"
cat >"$root/etc/containers/registries.conf" <<TOML
unqualified-search-registries = []
[[registry]]
location = "$registry"
insecure = true
TOML
cat >"$root/etc/containers/containers.conf" <<TOML
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
[containers]
log_driver = "k8s-file"
# No cgroup controllers, as for Berth's engine.
pids_limit = 0
TOML
echo '{ "default": [{ "type": "insecureAcceptAnything" }] }' >"$root/etc/containers/policy.json"

hostname podman-engine
"$(dirname "$0")/serve-registry.sh" "$directory" "$registry" "$storage"

cd "$root"
pivot_root . old
cd /
umount -l /old
export PATH=/usr/sbin:/usr/bin HOME=/root
# This shell is process 1, so it adopts orphans like an init process.
podman system service --time=0 unix:///run/podman.sock &
wait
