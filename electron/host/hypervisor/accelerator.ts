import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { AcceleratorChoice, NativeAccelerator } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { runProgram } from '../base/process.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import type { Acceleration, Accelerator } from './acceleration.ts';
import type { Qemu } from './discover.ts';
import { nativeAccelerator } from './native-accelerator.ts';
import { processorArguments } from './processors.ts';
import { acceleratorWords, firstWords } from './qemu-log.ts';

export interface QemuAcceleration extends Acceleration {
  readonly accelerator: Accelerator;
}

/**
 * What is in the way: the device file is missing, or not this user's; QEMU fails with the
 * accelerator; or a start found out that guest code does not run on it.
 */
export interface Obstacle {
  readonly kind: 'absent' | 'forbidden' | 'failing' | 'broken';
  /** How QEMU put it. */
  readonly reason?: string;
}

/** Says why an accelerator cannot be used; undefined when nothing is known to be in the way. */
export type AcceleratorProbe = (accelerator: NativeAccelerator) => Promise<Obstacle | undefined>;

const names: Readonly<Record<NativeAccelerator, string>> = {
  kvm: 'KVM',
  hvf: "Apple's hypervisor (HVF)",
  whpx: 'the Windows Hypervisor Platform (WHPX)',
};

const words: Readonly<Record<Obstacle['kind'], (name: string) => string>> = {
  absent: (name) => `${name} is not available on this computer`,
  forbidden: (name) => `Your user isn't allowed to use ${name}`,
  failing: (name) => `${name} does not work`,
  broken: (name) => `${name} cannot run the machine`,
};

/** Where a start is known to have failed: how to have Berth try again. */
const again = (accelerator: NativeAccelerator) =>
  `Berth tries again after an update of the system or of QEMU, or at once if you set \`accelerator\` to \`${accelerator}\`.`;

function hint(accelerator: NativeAccelerator, { kind }: Obstacle): string {
  if (accelerator === 'hvf') return "Use a QEMU that is signed for Apple's hypervisor.";
  if (accelerator === 'whpx') {
    return 'Turn on the Windows feature "Windows Hypervisor Platform" and restart.';
  }
  const nested =
    'If this computer is a virtual machine itself, its host may not support nested virtualization.';
  return {
    absent:
      'Turn on virtualization in the firmware; a virtual machine needs a host that allows it.',
    forbidden: 'Make /dev/kvm writable for your user: as a rule, by joining the group `kvm`.',
    failing: nested,
    broken: nested,
  }[kind];
}

const why = (accelerator: NativeAccelerator, { kind, reason }: Obstacle) =>
  `${words[kind](names[accelerator])}${reason ? ` (${reason})` : ''}`;

/**
 * What runs the guest by this choice. With `auto`, the host's own accelerator unless something is in
 * the way: then emulation, and a note that says why.
 */
export async function chooseAcceleration(
  choice: AcceleratorChoice,
  platform: NodeJS.Platform,
  probe: AcceleratorProbe,
): Promise<QemuAcceleration> {
  if (choice === 'emulation') {
    const note = 'The processor is emulated, which is slow: the settings choose emulation.';
    return { accelerator: 'tcg', emulated: true, note };
  }
  const own = nativeAccelerator(platform);
  if (choice !== 'auto' && choice !== own) {
    const instead = own ? `"auto", "${own}"` : '"auto"';
    throw new HostError('accelerator-failed', `This computer does not have ${names[choice]}`, {
      hint: `Set \`accelerator\` in the settings to ${instead} or "emulation".`,
    });
  }
  if (!own) return { accelerator: 'tcg', emulated: true };
  const obstacle = await probe(own);
  if (obstacle === undefined) return { accelerator: own, emulated: false };
  if (choice !== 'auto') throw chosenFails(own, obstacle);
  const tryAgain = obstacle.kind === 'broken' ? ` ${again(own)}` : '';
  return {
    accelerator: 'tcg',
    emulated: true,
    note: `The processor is emulated, which is slow: ${why(own, obstacle)}. ${hint(own, obstacle)}${tryAgain}`,
  };
}

/** The error of a start whose settings want this accelerator and no other. */
function chosenFails(accelerator: NativeAccelerator, obstacle: Obstacle): HostError {
  return new HostError('accelerator-failed', why(accelerator, obstacle), {
    hint: `${hint(accelerator, obstacle)} To run without it, slowly, set \`accelerator\` in the settings to "auto" or "emulation".`,
  });
}

/**
 * Tries the accelerator with a paused machine that is told to quit. A device file that opens is
 * not enough: on some nested hosts QEMU aborts as soon as it sets up a virtual processor. Whether
 * guest code runs, only a start can tell.
 */
export function probeWith(
  qemu: Qemu,
  architecture: GuestArchitecture,
  kvmDevice = '/dev/kvm',
): AcceleratorProbe {
  return async (accelerator) => {
    if (accelerator === 'kvm') {
      const error = await access(kvmDevice, constants.R_OK | constants.W_OK).catch((e) => e);
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
    const reason = acceleratorWords(stderr) ?? firstWords(stderr) ?? 'QEMU gave no reason';
    return { kind: 'failing', reason };
  };
}
