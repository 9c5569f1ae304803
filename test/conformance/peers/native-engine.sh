#!/bin/sh
# native-engine.sh DIRECTORY REGISTRY STORAGE IMAGE AGENT [SHARED] runs this agent with the VM's
# root image, in namespaces that unshare created for this script. Its socket is
# DIRECTORY/run/engine.sock. With RESTART_AGENT=1, an agent that ends starts again, as in the VM, but not
# while DIRECTORY/run/hold-agent exists. AGENT_OPTIONS are options of Node. BOOT_ID is the ID of the boot that the agent sees. REGISTRY is an address of this network namespace. Containers can mount
# the folder SHARED. HOME_SHARE and HOME_SHARE_SFTP are folders of this host that stand for the shared folder
# /home/me, which keeps .ssh back: as QEMU's 9p shows the folder, and as the host's SFTP server does. This is quick, but has no limits, because there are no cgroup controllers.
set -eu
directory=$1 registry=$2 storage=$3 image=$4 agent=$5 shared=${6-}

mount --make-rprivate /
mkdir -p "$directory/data" "$directory/run" "$directory/mounts"
mount -t tmpfs -o mode=755 tmpfs "$directory/mounts"
cd "$directory/mounts"
mkdir lower upper work root
mount -t erofs -o ro,loop "$image" lower
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root
mount -t proc proc root/proc
mount -t sysfs sysfs root/sys
mount -t cgroup2 cgroup2 root/sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs root/run
mount --rbind /dev root/dev
mkdir -p root/run/berth root/var/lib/berth root/old
mount --bind "$directory/run" root/run/berth
mount --bind "$directory/data" root/var/lib/berth
mount --bind "$agent" root/usr/lib/berth/agent.mjs
if [ -n "${BOOT_ID-}" ]; then
  echo "$BOOT_ID" >boot-id
  mount --bind boot-id root/proc/sys/kernel/random/boot_id
fi
if [ -n "$shared" ]; then
  mkdir -p "root$shared"
  mount --bind "$shared" "root$shared"
fi
shares=
if [ -n "${HOME_SHARE-}" ]; then
  mkdir -p root/run/berth/shares/home root/run/berth/shares/home-sftp
  mount --bind "$HOME_SHARE" root/run/berth/shares/home
  mount --bind "$HOME_SHARE_SFTP" root/run/berth/shares/home-sftp
  folder='"hostPath": "/home/me", "readOnly": false, "withheld": [".ssh"]'
  shares=', "shares": { "windows": false, "ignoresCase": false, "folders": [
    { "tag": "home", "transport": "9p", '$folder' },
    { "tag": "home-sftp", "transport": "sftp", '$folder' }] }'
fi
cat >"$directory/run/config.json" <<JSON
{
  "version": 1,
  "hostname": "berth",
  "ssh": { "authorizedKeys": ["none"], "hostKey": "none" },
  "registries": { "insecure": ["$registry"] }$shares
}
JSON

hostname berth
"$(dirname "$0")/serve-registry.sh" "$directory" "$registry" "$storage"
# The agent's name server, as in the VM.
ip addr add 169.254.53.53/32 dev lo
echo 1 >/proc/sys/net/ipv4/ip_forward

cd root
pivot_root . old
cd /
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mkdir -p /var/log/berth /sys/fs/cgroup/berth
umount -l /old
echo nameserver 169.254.53.53 >/etc/resolv.conf
nft -f /etc/nftables.conf
export NODE_COMPILE_CACHE=/var/lib/berth/cache/node
# This shell is process 1, so it adopts orphans like the VM's init process.
while :; do
  while [ -e /run/berth/hold-agent ]; do sleep 0.05; done
  # shellcheck disable=SC2086 # several options
  /usr/lib/berth/node ${AGENT_OPTIONS-} /usr/lib/berth/agent.mjs &
  echo $! >/run/berth/agent.pid
  wait $! || echo "the agent ended with status $?"
  [ "${RESTART_AGENT-}" = 1 ] || break
done
wait
