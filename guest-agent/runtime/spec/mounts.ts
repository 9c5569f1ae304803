import type { OciMount } from './oci.ts';

const SHM_DEFAULT = 64 * 1024 * 1024;

/** /dev/shm: private with a size in bytes, shared through a directory of the guest, or none. */
export type SharedMemory = { readonly size: number } | { readonly source: string } | undefined;

/** The file systems that every container has before the user's mounts (as in Docker). */
export function standardMounts(options: {
  privileged: boolean;
  sharedMemory: SharedMemory;
}): OciMount[] {
  const access = options.privileged ? 'rw' : 'ro';
  const strict = ['nosuid', 'noexec', 'nodev'];
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: strict },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...strict, access] },
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: [...strict, 'relatime', access],
    },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: strict },
    ...sharedMemoryMount(options.sharedMemory, strict),
  ];
}

function sharedMemoryMount(memory: SharedMemory, strict: string[]): OciMount[] {
  const destination = '/dev/shm';
  if (memory === undefined) return [];
  if ('source' in memory) return [bindMount(memory.source, destination, ['rw'])];
  return [
    { destination, type: 'tmpfs', source: 'shm', options: [...strict, ...shmOptions(memory.size)] },
  ];
}

/** Options of a tmpfs for /dev/shm. 0 bytes mean Docker's default. */
export function shmOptions(size: number): string[] {
  return ['mode=1777', `size=${size || SHM_DEFAULT}`];
}

/** A bind mount. Among `options`, `rro` means read-only including all mounts below. */
export function bindMount(
  source: string,
  destination: string,
  options: string[],
  { recursive = true, propagation = 'rprivate' } = {},
): OciMount {
  const kind = recursive ? 'rbind' : 'bind';
  return { destination, type: 'bind', source, options: [kind, propagation, ...options] };
}

export function tmpfsMount(destination: string, options: string[]): OciMount {
  const strict = ['suid', 'dev', 'exec'].filter((freedom) => !options.includes(freedom));
  return {
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: [...strict.map((freedom) => `no${freedom}`), ...options],
  };
}

/** Parts of /proc and /sys that reveal or change too much of the VM (Docker's list). */
export const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

export const readonlyPaths = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];
