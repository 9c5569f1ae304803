import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { runProgram } from '../../process.ts';
import type { MachineFeatures } from '../machine.ts';
import type { GuestArchitecture } from '../resources.ts';
import { processorArguments } from './devices.ts';
import type { Qemu } from './discover.ts';

export type Accelerator = 'kvm' | 'hvf' | 'whpx' | 'tcg';

export interface AcceleratorFeatures extends Pick<MachineFeatures, 'emulated' | 'note'> {
  readonly accelerator: Accelerator;
}

/** What is in the way: the device file is missing, or not this user's, or QEMU fails with it. */
export interface Obstacle {
  readonly kind: 'absent' | 'forbidden' | 'failing';
  /** How QEMU put it. */
  readonly reason?: string;
}

/** Says why an accelerator cannot be used; undefined when it can. */
export type AcceleratorProbe = (accelerator: Accelerator) => Promise<Obstacle | undefined>;

const native: Partial<Record<NodeJS.Platform, Exclude<Accelerator, 'tcg'>>> = {
  linux: 'kvm',
  darwin: 'hvf',
  win32: 'whpx',
};

const words: Readonly<Record<Obstacle['kind'], string>> = {
  absent: 'is not there',
  forbidden: 'may not be used by this user',
  failing: 'does not work',
};

function hint(accelerator: Accelerator, { kind }: Obstacle): string {
  if (accelerator === 'hvf') return "Use a QEMU that is signed for Apple's hypervisor.";
  if (accelerator === 'whpx') {
    return 'Turn on the Windows feature "Windows Hypervisor Platform" and restart.';
  }
  return {
    absent:
      'Turn on virtualization in the firmware; a virtual machine needs a host that allows it.',
    forbidden: 'Make /dev/kvm writable for your user: as a rule, by joining the group `kvm`.',
    failing: 'Where this computer is a virtual machine itself, its host may not allow it.',
  }[kind];
}

/** The host's own accelerator when it works, else emulation and a note that says why. */
export async function chooseAccelerator(
  platform: NodeJS.Platform,
  probe: AcceleratorProbe,
): Promise<AcceleratorFeatures> {
  const accelerator = native[platform];
  if (!accelerator) return { accelerator: 'tcg', emulated: true };
  const obstacle = await probe(accelerator);
  if (obstacle === undefined) return { accelerator, emulated: false };
  const { kind, reason } = obstacle;
  const why = `${accelerator} ${words[kind]}${reason ? ` (${reason})` : ''}`;
  return {
    accelerator: 'tcg',
    emulated: true,
    note: `The processor is emulated, which is slow: ${why}. ${hint(accelerator, obstacle)}`,
  };
}

/**
 * Tries the accelerator with a paused machine that is told to quit. A device file that opens is
 * not enough: on some nested hosts QEMU aborts as soon as it sets up a virtual processor.
 */
export function probeWith(qemu: Qemu, architecture: GuestArchitecture): AcceleratorProbe {
  return async (accelerator) => {
    if (accelerator === 'kvm') {
      const error = await access('/dev/kvm', constants.R_OK | constants.W_OK).catch((e) => e);
      if (error) return { kind: error.code === 'ENOENT' ? 'absent' : 'forbidden' };
    }
    const { code, stderr } = await runProgram(
      qemu.program,
      [
        ...processorArguments(architecture, accelerator, 1, qemu.version),
        ...['-m', '64', '-nodefaults', '-no-user-config', '-display', 'none', '-S'],
        ...['-qmp', 'stdio'],
      ],
      { input: '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n' },
    );
    if (code === 0) return undefined;
    const reason = stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^\S*qemu-system-\S+: /, '');
    return { kind: 'failing', reason: reason || 'QEMU gave no reason' };
  };
}
