/** A container's usage so far, from cgroup v2 (the kernel's admin-guide/cgroup-v2). */
export interface CgroupStats {
  /** Times are in nanoseconds. */
  readonly cpu: {
    readonly total: number;
    readonly user: number;
    readonly system: number;
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledTime: number;
  };
  readonly memory: {
    /** In bytes, including the page cache. */
    readonly usage: number;
    /** Undefined without a limit. */
    readonly limit: number | undefined;
    readonly stats: Readonly<Record<string, number>>;
    /** How often usage reached the limit. */
    readonly failures: number;
  };
  readonly io: readonly IoStats[];
  readonly processes: { readonly current: number; readonly limit: number | undefined };
}

export interface IoStats {
  readonly major: number;
  readonly minor: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** The cgroup files to read. The file of a missing controller is empty. */
export const statFiles = [
  'cpu.stat',
  'memory.current',
  'memory.max',
  'memory.stat',
  'memory.events',
  'io.stat',
  'pids.current',
  'pids.max',
] as const;
export type StatFile = (typeof statFiles)[number];

const NANOSECONDS = 1000;

export function parseCgroupStats(files: Readonly<Record<StatFile, string>>): CgroupStats {
  const cpu = keyedNumbers(files['cpu.stat']);
  const microseconds = (name: string) => (cpu[name] ?? 0) * NANOSECONDS;
  return {
    cpu: {
      total: microseconds('usage_usec'),
      user: microseconds('user_usec'),
      system: microseconds('system_usec'),
      periods: cpu.nr_periods ?? 0,
      throttledPeriods: cpu.nr_throttled ?? 0,
      throttledTime: microseconds('throttled_usec'),
    },
    memory: {
      usage: Number(files['memory.current']),
      limit: limit(files['memory.max']),
      stats: keyedNumbers(files['memory.stat']),
      failures: keyedNumbers(files['memory.events']).max ?? 0,
    },
    io: parseIoStat(files['io.stat']),
    processes: { current: Number(files['pids.current']), limit: limit(files['pids.max']) },
  };
}

/** `8:0 rbytes=1 wbytes=2 rios=…`, one line per device. */
function parseIoStat(text: string): IoStats[] {
  return [...text.matchAll(/^(\d+):(\d+) (.*)$/gm)].map(([, major, minor, fields = '']) => {
    const values = new Map(fields.split(' ').map((field) => field.split('=') as [string, string]));
    return {
      ...{ major: Number(major), minor: Number(minor) },
      readBytes: Number(values.get('rbytes') ?? 0),
      writtenBytes: Number(values.get('wbytes') ?? 0),
    };
  });
}

function keyedNumbers(text: string): Record<string, number> {
  return Object.fromEntries(
    [...text.matchAll(/^(\S+) (\d+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  );
}

function limit(text: string): number | undefined {
  const value = text.trim();
  return value === '' || value === 'max' ? undefined : Number(value);
}

/** The traffic of one network interface. */
export interface InterfaceStats {
  readonly name: string;
  readonly received: Traffic;
  readonly sent: Traffic;
}

export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** `/proc/PID/net/dev` (proc_pid_net(5)) of a network namespace, without its loopback. */
export function parseNetDev(text: string): InterfaceStats[] {
  return [...text.matchAll(/^[ \t]*(\S+):[ \t]*(.*)$/gm)]
    .map(([, name = '', counters = '']) => {
      const values = counters.split(/\s+/).map(Number);
      const traffic = (at: number): Traffic => ({
        bytes: values[at] ?? 0,
        packets: values[at + 1] ?? 0,
        errors: values[at + 2] ?? 0,
        dropped: values[at + 3] ?? 0,
      });
      return { name, received: traffic(0), sent: traffic(8) };
    })
    .filter(({ name }) => name !== 'lo');
}

/** Ticks per second in /proc/stat, the same on every architecture. */
const USER_HZ = 100;

/** CPU time of the whole VM, including idle time, in nanoseconds: the `cpu` line of /proc/stat. */
export function parseSystemCpu(text: string): number {
  const [, ...fields] = (/^cpu .*$/m.exec(text)?.[0] ?? '').split(/\s+/);
  // Guest time, in the next fields, is already part of user time.
  return fields.slice(0, 7).reduce((sum, ticks) => sum + Number(ticks), 0) * (1e9 / USER_HZ);
}
