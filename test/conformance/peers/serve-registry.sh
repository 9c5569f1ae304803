#!/bin/sh
# serve-registry.sh DIRECTORY REGISTRY STORAGE serves the directory STORAGE as a registry at
# REGISTRY, which becomes an address on this network namespace's loopback. The registry keeps the
# mounts that exist when it starts.
set -eu
directory=$1 registry=$2 storage=$3

ip link set lo up
ip addr add "${registry%:*}/32" dev lo
cat >"$directory/registry.json" <<JSON
{
  "version": 0.1,
  "log": { "level": "error" },
  "storage": { "filesystem": { "rootdirectory": "$storage" } },
  "http": { "addr": "$registry" }
}
JSON
unshare --mount docker-registry serve "$directory/registry.json" >/dev/null 2>&1 &
tries=100
until busybox wget -q -O /dev/null "http://$registry/v2/"; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  busybox usleep 50000
done
