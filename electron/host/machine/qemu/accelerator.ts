import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { runProgram } from '../../process.ts';
import type { MachineFeatures } from '../machine.ts';
import type { GuestArchitecture } from '../resources.ts';
import { processorArguments } from './devices.ts';
import type { Qemu } from './discover.ts';

export type Accelerator = 'kvm' | 'hvf' | 'whpx' | 'tcg';

export interface AcceleratorFeatures extends MachineFeatures {
  readonly accelerator: Accelerator;
}

/** Says why an accelerator cannot be used; undefined when it can. */
export type AcceleratorProbe = (accelerator: Accelerator) => Promise<string | undefined>;

interface NativeAccelerator {
  readonly accelerator: Accelerator;
  readonly hint: string;
}

const native: Partial<Record<NodeJS.Platform, NativeAccelerator>> = {
  linux: {
    accelerator: 'kvm',
    hint: 'Turn on virtualization in the firmware and make /dev/kvm writable for your user.',
  },
  darwin: { accelerator: 'hvf', hint: "Use a QEMU that is signed for Apple's hypervisor." },
  win32: {
    accelerator: 'whpx',
    hint: 'Turn on the Windows feature "Windows Hypervisor Platform" and restart.',
  },
};

/** The host's own accelerator when it works, else emulation and a note that says why. */
export async function chooseAccelerator(
  platform: NodeJS.Platform,
  probe: AcceleratorProbe,
): Promise<AcceleratorFeatures> {
  const candidate = native[platform];
  if (!candidate) return { accelerator: 'tcg', emulated: true };
  const obstacle = await probe(candidate.accelerator);
  if (obstacle === undefined) return { accelerator: candidate.accelerator, emulated: false };
  return {
    accelerator: 'tcg',
    emulated: true,
    note: `The processor is emulated, which is slow: ${candidate.accelerator} ${obstacle}. ${candidate.hint}`,
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
      if (error) return error.code === 'ENOENT' ? 'is not there' : 'may not be used by this user';
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
    return `does not work (${reason || 'QEMU gave no reason'})`;
  };
}
