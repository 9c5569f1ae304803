import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MachineStatus } from '../../../../api/machine.ts';
import type { Settings } from '../../../../api/settings.ts';
import { temporaryDirectory } from '../../../base/testing/temporary-directory.ts';
import { accelerationPath, machinePaths } from '../../../home/paths.ts';
import { defaultSettings } from '../../../settings/store.ts';
import { bootSteps } from '../../boot/boot-steps.ts';
import { createSwitchedSocket } from '../../bridge/switched-socket.ts';
import { Lifecycle } from '../../lifecycle/lifecycle.ts';
import { createQemuMachine } from '../driver.ts';
import { prepareStandIn } from './prepare-stand-in.ts';

export type Behaviours = Parameters<typeof prepareStandIn>[1];

/** Longer than a test: what does not wait for it has been noticed. */
const longest = 600_000;

interface Surroundings {
  readonly home?: string;
  readonly settings?: Partial<Settings>;
  readonly version?: string;
  /** How long Linux may take to boot, in milliseconds; longer than a test where it does not matter. */
  readonly deadlineMs?: number;
  /** The same for its engine. */
  readonly engineDeadlineMs?: number;
}

/** A machine of a stand-in for QEMU that does so with each accelerator; KVM is there. */
export async function prepareMachine(
  behaviours: Behaviours,
  { home, settings, version, deadlineMs = longest, engineDeadlineMs = longest }: Surroundings = {},
) {
  const place = home ?? (await temporaryDirectory());
  const folder = join(place, 'bin');
  await prepareStandIn(folder, behaviours, version);
  const kvmDevice = join(place, 'kvm');
  await writeFile(kvmDevice, '');
  const paths = machinePaths(place, 'test');
  const accelerationRecord = accelerationPath(place);
  const image = { kernel: join(place, 'k'), initrd: join(place, 'i'), root: join(place, 'r') };
  const machine = createQemuMachine(
    { paths, accelerationRecord, architecture: 'amd64', image: () => image },
    {
      environment: { PATH: `${folder}${delimiter}${process.env.PATH}` },
      platform: 'linux',
      kvmDevice,
    },
  );
  onTestFinished(() => machine.kill());
  const chosen = { ...defaultSettings(), diskGiB: 1 / 64, sharedFolders: [], ...settings };
  const lifecycle = new Lifecycle({
    ...{ name: 'test', machine, paths, graceMs: 600 },
    engineSocket: createSwitchedSocket(paths.engineSocket),
    settings: async () => chosen,
    image: async () => ({ dataFormat: 1, id: 'first' }),
    steps: bootSteps.map((info) => ({
      ...info,
      deadlineMs: { kernel: deadlineMs, engine: engineDeadlineMs }[info.step as string] ?? longest,
    })),
    initial: { name: 'test', driver: 'qemu', state: 'stopped', ...defaultSettings() },
  });
  const seen: MachineStatus[] = [];
  lifecycle.events.on('status', (status) => seen.push(status));
  /** The accelerators that were tried, in order. */
  const tried = () => [
    ...new Set(seen.flatMap(({ step, accelerator }) => (step === 'launch' ? [accelerator] : []))),
  ];
  return { home: place, lifecycle, machine, paths, accelerationRecord, seen, tried };
}

/** What QEMU writes when KVM gives up. */
export const internalError = 'KVM internal error. Suberror: 1\nextra data[0]: 0x0000000000000001';
