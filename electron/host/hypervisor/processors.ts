import type { GuestArchitecture } from '../home/resources.ts';
import type { Accelerator } from './acceleration.ts';
import { compareVersions } from './version.ts';

/**
 * The first release that can safely run emulated processors in parallel. Older ones execute stale
 * translations of code that another processor has replaced (QEMU commit deba78709ae8), and a kernel
 * that patches itself at boot panics.
 */
const firstThreadSafeEmulator = '8.1';

/**
 * The board's maximum number of processors; for arm64, the limit of its interrupt controller
 * (GICv2).
 */
const places = { amd64: 255, arm64: 8 };

/**
 * The number of processors of the board. The VM starts with `cpus` of them (see `kernelArguments`)
 * and can get the host's others while it runs; idle ones cost nothing. WHPX gets only `cpus`,
 * because idle processors are untested there.
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
    whpx: whpxOption(architecture, version),
    tcg: `tcg,thread=${compareVersions(version, firstThreadSafeEmulator) < 0 ? 'single' : 'multi'}`,
  }[accelerator];
  // WHPX on amd64 fails with other models than QEMU's default; the default of arm64 has only 32 bits.
  const whpxModel = architecture === 'arm64' ? 'max' : undefined;
  const model = { kvm: 'host', hvf: 'host', whpx: whpxModel, tcg: 'max' }[accelerator];
  return [
    ...['-machine', board, '-accel', acceleration, '-smp', String(count)],
    ...(model ? ['-cpu', model] : []),
  ];
}

/** The first release that needs no workaround for WHPX: it chooses by the version of Windows. */
const firstWithWhpxInterrupts = '11.0';

/**
 * Before QEMU 11, interrupts of an amd64 VM got lost without this option. Since then, QEMU advises
 * against it; on arm64, QEMU has always refused it.
 */
function whpxOption(architecture: GuestArchitecture, version: string): string {
  const isOld = compareVersions(version, firstWithWhpxInterrupts) < 0;
  return architecture === 'amd64' && isOld ? 'whpx,kernel-irqchip=off' : 'whpx';
}
