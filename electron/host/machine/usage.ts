import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import type { MachineUsage } from '../../api/machine-procedures.ts';
import { pause } from '../base/pause.ts';

const SECONDS = 3;
/** Before the second report, so that there is something to show at once. */
const FIRST_SECONDS = 0.5;
const END = 'berth: end';

/** One session that reports again and again is far cheaper than one for each report. */
const SCRIPT = [
  `pause=${FIRST_SECONDS}`,
  `while head -n 1 /proc/stat && cat /proc/meminfo && df -kP ${guestPaths.data} | tail -n 1`,
  `do echo '${END}'; sleep $pause; pause=${SECONDS}; done`,
].join('; ');

/** What the whole machine uses, every few seconds; ends with the machine, or when `signal` aborts. */
export async function* machineUsage(
  sshCommand: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MachineUsage, void, undefined> {
  const [program = 'ssh', ...args] = sshCommand;
  const child = spawn(program, [...args, SCRIPT], {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  child.on('error', () => {}); // Without an ssh client there is nothing to report.
  const kill = () => child.kill();
  signal.addEventListener('abort', kill, { once: true });
  try {
    const meter = new UsageMeter();
    let report: string[] = [];
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
      if (line !== END) {
        report.push(line);
        continue;
      }
      const usage = meter.read(report);
      report = [];
      if (usage) yield usage;
    }
    // Who asks again at once would have it start again and again where it cannot work.
    await pause(SECONDS * 1000, signal);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** Turns reports into usage: the processors' is what was used since the report before. */
export class UsageMeter {
  #last: { busy: number; all: number } | undefined;

  /** Undefined for the first report, and for one that cannot be read. */
  read(report: readonly string[]): MachineUsage | undefined {
    const text = report.join('\n');
    const ticks = /^cpu +(.+)$/m.exec(text)?.[1]?.split(/\s+/).slice(0, 8).map(Number);
    const [memoryTotal, memoryFree] = [
      kibibytes(text, 'MemTotal'),
      kibibytes(text, 'MemAvailable'),
    ];
    const [, diskTotal, disk] = /^\S+ +(\d+) +(\d+) +\d+ +\d+%/m.exec(text) ?? [];
    if (!ticks || memoryTotal === undefined || memoryFree === undefined) return undefined;
    const all = ticks.reduce((sum, each) => sum + each, 0);
    // Idle, and waiting for the disk.
    const busy = all - (ticks[3] ?? 0) - (ticks[4] ?? 0);
    const last = this.#last;
    this.#last = { busy, all };
    if (!last || all <= last.all) return undefined;
    return {
      cpu: (busy - last.busy) / (all - last.all),
      memory: memoryTotal - memoryFree,
      memoryTotal,
      disk: Number(disk ?? 0) * 1024,
      diskTotal: Number(diskTotal ?? 0) * 1024,
    };
  }
}

function kibibytes(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}
