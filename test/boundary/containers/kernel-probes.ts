import { never, type Probe } from './probe.ts';

const MUST_NOT_WRITE = [
  ...['/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe'],
  ...['/proc/sys/vm/drop_caches', '/proc/sys/kernel/hostname', '/proc/irq/default_smp_affinity'],
  ...['/sys/kernel/mm/ksm/run', '/sys/kernel/uevent_helper'],
  '/proc/sys/net/ipv4/ip_forward',
];
const MUST_NOT_READ = [
  ...['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/latency_stats', '/proc/kmsg'],
  '/proc/interrupts',
];
const MUST_BE_EMPTY = ['/sys/firmware', '/proc/scsi', '/proc/acpi', '/proc/asound'];

const cannot = (name: string, command: string, from?: Probe['from']): Probe => ({
  name,
  script: `${command} && echo DONE`,
  right: never('DONE'),
  ...(from !== undefined && { from }),
});

/** Files of the kernel, and calls that only root of the VM may make. */
export const kernelProbes: readonly Probe[] = [
  ...MUST_NOT_WRITE.map((path) => cannot(`writing ${path}`, `echo 1 >${path}`)),
  ...MUST_NOT_READ.map((path) => cannot(`reading ${path}`, `head -c 1 ${path} | grep -q .`)),
  ...MUST_BE_EMPTY.map((path) => cannot(`files in ${path}`, `ls -A ${path} | grep -q .`)),
  cannot('the measured power of the processor', 'ls -A /sys/devices/virtual/powercap | grep -q .'),
  cannot(
    'another control group',
    'find /sys/fs/cgroup -name cgroup.procs | while read -r f; do echo 1 >$f && echo moved; done | grep -q moved',
  ),
  cannot('mounting a file system', 'mount -t tmpfs none /mnt'),
  cannot('mounting a directory elsewhere', 'mount --bind / /mnt'),
  cannot('mounting control groups', 'mount -t cgroup2 none /mnt'),
  cannot('making /proc/sys writable', 'mount -o remount,rw /proc/sys'),
  cannot('unmounting what hides a file', 'umount /proc/kcore'),
  cannot('a user namespace', 'unshare -U true'),
  cannot('a mount namespace', 'unshare -m true'),
  cannot('a network namespace', 'unshare -n true'),
  cannot('entering namespaces', 'nsenter -t 1 -m true'),
  cannot('another root', 'pivot_root / /mnt'),
  cannot('loading a module', 'echo x >/x.ko && insmod /x.ko'),
  cannot('restarting the VM', 'reboot -f'),
  cannot(
    'swap',
    'dd if=/dev/zero of=/s bs=4096 count=10 2>/dev/null && mkswap /s >/dev/null && swapon /s',
  ),
  cannot('the clock', '! date -s @$(date +%s) 2>&1 | grep -q permitted'),
  cannot('the host name', 'hostname x'),
  cannot('a higher priority', 'renice -n -5 -p $$'),
  cannot('protection from the out-of-memory killer', 'echo -900 >/proc/self/oom_score_adj'),
  cannot(
    'a program that runs for the kernel after a control group',
    'find /sys/fs/cgroup -name release_agent | grep -q .',
  ),
  cannot(
    'processes of others',
    "cat /proc/[0-9]*/comm | grep -Eq '^(conmon|dockerd|containerd|crun|runc|netavark)'",
  ),
  cannot('the control groups of others', "grep -v ':/$' /proc/self/cgroup"),
  cannot(
    'the capabilities of root, for another user',
    "grep CapEff /proc/self/status | grep -v ':.0000000000000000'",
    'with a user',
  ),
  cannot(
    'capabilities that were dropped',
    "grep -E 'Cap(Eff|Bnd|Prm)' /proc/self/status | grep -v ':.0000000000000000'",
    'without capabilities',
  ),
  cannot(
    'new privileges',
    "grep NoNewPrivs /proc/self/status | grep -v ':.1'",
    'without new privileges',
  ),
  cannot('a root that is read-only', 'touch /x || mount -o remount,rw /', 'with a read-only root'),
  cannot(
    'open files of the engine',
    "ls -l /proc/1/fd | grep -E '/run/berth|/var/lib|/usr/lib/berth|docker'",
  ),
  cannot(
    'secrets of the engine in the environment',
    "env | grep -Ev '^(PATH|HOSTNAME|HOME|TERM|PWD|SHLVL|GATEWAY|OTHER|INTERNAL|NEIGHBOUR)='",
  ),
];
