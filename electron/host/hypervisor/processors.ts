import type { GuestArchitecture } from '../home/resources.ts';
import type { Accelerator } from './acceleration.ts';
import { compareVersions } from './version.ts';

/**
 * The first release in which emulated processors may run at the same time: older ones execute
 * translations of code that another processor has just replaced (QEMU commit deba78709ae8), and a
 * kernel that patches itself at boot panics.
 */
const firstThreadSafeEmulator = '8.1';

/** Processors that a board has places for; with arm64's, it is its interrupt controller (GICv2). */
const places = { amd64: 255, arm64: 8 };

/**
 * How many processors the board has. The guest starts with `cpus` of them (see `kernelArguments`),
 * and can be given the others of this computer while it runs: until then, they cost nothing. WHPX
 * gets no more than it needs, as nobody has seen it with idle ones.
 */
export function processorCount(
  architecture: GuestArchitecture,
  accelerator: Accelerator,
  cpus: number,
  available: number,
): number {
  if (accelerator === 'whpx') return cpus;
  return Math.max(cpus, Math.min(available, places[architecture]));
}

/** Board, accelerator and processors; `version` is QEMU's. */
export function processorArguments(
  architecture: GuestArchitecture,
  accelerator: Accelerator,
  count: number,
  version: string,
): string[] {
  const board = architecture === 'amd64' ? 'q35' : 'virt';
  const acceleration = {
    kvm: 'kvm',
    hvf: 'hvf',
    // Without this, QEMU refuses to start under WHPX on many hosts.
    whpx: 'whpx,kernel-irqchip=off',
    tcg: `tcg,thread=${compareVersions(version, firstThreadSafeEmulator) < 0 ? 'single' : 'multi'}`,
  }[accelerator];
  const model = { kvm: 'host', hvf: 'host', whpx: undefined, tcg: 'max' }[accelerator];
  return [
    ...['-machine', board, '-accel', acceleration, '-smp', String(count)],
    ...(model ? ['-cpu', model] : []),
  ];
}
