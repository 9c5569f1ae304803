import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import type { MachineUsage } from '../../api/machine-procedures.ts';

const SECONDS = 3;
/** The pause before the second report, so that the app has values to show quickly. */
const FIRST_SECONDS = 0.5;
const END = 'berth: end';

/** One session with repeated reports is much cheaper than a session for each report. */
const SCRIPT = [
  `pause=${FIRST_SECONDS}`,
  `while head -n 1 /proc/stat && cat /proc/meminfo && df -kP ${guestPaths.data} | tail -n 1`,
  `do echo '${END}'; sleep $pause; pause=${SECONDS}; done`,
].join('; ');

/** The usage of the whole VM, every few seconds; ends with the VM or when `signal` aborts. */
export async function* machineUsage(
  sshCommand: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MachineUsage, void, undefined> {
  const [program = 'ssh', ...args] = sshCommand;
  const child = spawn(program, [...args, SCRIPT], {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  child.on('error', () => {}); // There is nothing to report without an ssh client.
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
    // Wait, so that a caller that retries immediately doesn't restart a failing ssh client in a
    // loop.
    await sleep(SECONDS * 1000, undefined, { signal }).catch(() => {});
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** Turns reports into usage. Processor usage is the difference from the previous report. */
export class UsageMeter {
  #last: { busy: number; all: number } | undefined;

  /** Undefined for the first report and for an unreadable one. */
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
