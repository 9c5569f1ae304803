import { compareVersions } from '../base/version-order.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import type { Accelerator } from './acceleration.ts';

/**
 * The first release that can safely run emulated processors in parallel. Older ones execute stale
 * translations of code that another processor has replaced (QEMU commit deba78709ae8), and a kernel
 * that patches itself at boot panics.
 */
const firstThreadSafeEmulator = '8.1';

/** The first release in which HVF works with an interrupt controller for more processors. */
const firstWithHvfGicV3 = '8.0';

/** The most processors of arm64's older interrupt controller, GICv2. */
const gicV2Places = 8;

/**
 * The board's maximum number of processors; for arm64, the number whose interrupt controller
 * (GICv3) fits into the board's first region for it.
 */
const boardPlaces = { amd64: 255, arm64: 123 };

/**
 * The number of processors of the board. The VM starts with `cpus` of them (see `kernelArguments`)
 * and can get the host's others while it runs; idle ones cost nothing. WHPX gets only `cpus`,
 * because idle processors are untested there. `version` is QEMU's.
 */
export function processorCount(
  architecture: GuestArchitecture,
  accelerator: Accelerator,
  { cpus, available, version }: { cpus: number; available: number; version: string },
): number {
  if (accelerator === 'whpx') return cpus;
  const onlyGicV2 =
    architecture === 'arm64' &&
    accelerator === 'hvf' &&
    compareVersions(version, firstWithHvfGicV3) < 0;
  const places = onlyGicV2 ? gicV2Places : boardPlaces[architecture];
  return Math.max(cpus, Math.min(available, places));
}

/** Board, accelerator and processors; `version` is QEMU's. */
export function processorArguments(
  architecture: GuestArchitecture,
  accelerator: Accelerator,
  count: number,
  version: string,
): string[] {
  const board = architecture === 'amd64' ? 'q35' : virtBoard(count);
  const acceleration = {
    kvm: 'kvm',
    hvf: 'hvf',
    whpx: whpxOption(architecture, version),
    tcg: `tcg,thread=${compareVersions(version, firstThreadSafeEmulator) < 0 ? 'single' : 'multi'}`,
  }[accelerator];
  // WHPX on amd64 fails with other models than QEMU's default; the default of arm64 has only 32 bits.
  const whpxModel = architecture === 'arm64' ? 'max' : undefined;
  // Debian's arm64 programs sign return addresses. The standard's algorithm takes much of the time of an
  // emulated processor; only the emulator needs to know another.
  const emulated = architecture === 'arm64' ? 'max,pauth-impdef=on' : 'max';
  const model = { kvm: 'host', hvf: 'host', whpx: whpxModel, tcg: emulated }[accelerator];
  return [
    ...['-machine', board, '-accel', acceleration, '-smp', String(count)],
    ...(model ? ['-cpu', model] : []),
  ];
}

/**
 * With up to eight processors, QEMU chooses the interrupt controller, because some hosts with KVM
 * have only GICv2. Such hosts don't have more processors.
 */
function virtBoard(count: number): string {
  return count > gicV2Places ? 'virt,gic-version=3' : 'virt';
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
