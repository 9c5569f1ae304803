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
 * Why an accelerator can't be used: its device file is missing or inaccessible, QEMU fails with it,
 * or a start found that it doesn't run the VM's code.
 */
export interface Obstacle {
  readonly kind: 'absent' | 'forbidden' | 'failing' | 'broken';
  /** QEMU's words. */
  readonly reason?: string;
}

/** Why an accelerator can't be used; undefined if no reason is known. */
export type AcceleratorProbe = (accelerator: NativeAccelerator) => Promise<Obstacle | undefined>;

const names: Readonly<Record<NativeAccelerator, string>> = {
  kvm: 'KVM',
  hvf: "Apple's hypervisor (HVF)",
  whpx: 'the Windows Hypervisor Platform (WHPX)',
};

const words: Readonly<Record<Obstacle['kind'], (name: string) => string>> = {
  absent: (name) => `${name} is not available on this host`,
  forbidden: (name) => `Your user isn't allowed to use ${name}`,
  failing: (name) => `${name} doesn't work`,
  broken: (name) => `${name} can't run the VM`,
};

/** For an accelerator that failed before: how to make Berth try again. */
const again = (accelerator: NativeAccelerator) =>
  `Berth tries again after you update the system or QEMU. To try now, set \`accelerator\` to "${accelerator}" in the settings.`;

function hint(accelerator: NativeAccelerator, { kind }: Obstacle): string {
  if (accelerator === 'hvf') return "Use a version of QEMU that is signed for Apple's hypervisor.";
  if (accelerator === 'whpx') {
    return 'Run `berth doctor --fix` to turn on the Windows feature "Windows Hypervisor Platform", then restart Windows.';
  }
  const nested =
    'If you run Berth inside a virtual machine, nested virtualization may not be supported there.';
  return {
    absent:
      'Turn on virtualization in the firmware. Inside a virtual machine, turn on nested virtualization.',
    forbidden:
      'Make /dev/kvm writable for your user, usually by adding the user to the group `kvm`.',
    failing: nested,
    broken: nested,
  }[kind];
}

const why = (accelerator: NativeAccelerator, { kind, reason }: Obstacle) =>
  `${words[kind](names[accelerator])}${reason ? ` (${reason})` : ''}`;

/**
 * Chooses what runs the VM. With `auto`, that is the host's accelerator unless it can't be used;
 * then it is emulation, with a note that says why.
 */
export async function chooseAcceleration(
  choice: AcceleratorChoice,
  platform: NodeJS.Platform,
  probe: AcceleratorProbe,
): Promise<QemuAcceleration> {
  if (choice === 'emulation') {
    const note =
      'Berth emulates the processor, which is slow, because the settings choose emulation.';
    return { accelerator: 'tcg', emulated: true, note };
  }
  const own = nativeAccelerator(platform);
  if (choice !== 'auto' && choice !== own) {
    const instead = own ? `"auto", "${own}"` : '"auto"';
    throw new HostError('accelerator-failed', `This host doesn't have ${names[choice]}`, {
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
    note: `Berth emulates the processor, which is slow: ${why(own, obstacle)}. ${hint(own, obstacle)}${tryAgain}`,
  };
}

/** The error when the settings require this accelerator. */
function chosenFails(accelerator: NativeAccelerator, obstacle: Obstacle): HostError {
  return new HostError('accelerator-failed', why(accelerator, obstacle), {
    hint: `${hint(accelerator, obstacle)} To run without it, which is slow, set \`accelerator\` in the settings to "auto" or "emulation".`,
  });
}

/**
 * Tests the accelerator with a paused VM that then quits. An accessible device file isn't enough:
 * on some nested hosts, QEMU aborts when it sets up a virtual processor. Only a start shows whether
 * the VM's code runs.
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
