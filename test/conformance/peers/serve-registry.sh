# shellcheck shell=sh
# Sourced: serves the directory $storage as a registry at $registry, an address of loopback. The
# registry keeps the mounts that it starts with.
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
