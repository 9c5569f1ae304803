import { stat } from 'node:fs/promises';
import { machinePaths } from '../../electron/host/home/paths.ts';
import { berth } from './berth.ts';
import type { Figure } from './figure.ts';
import type { BenchMachine } from './machine.ts';

/** How long suspending and resuming the VM takes, compared with booting it. */
export async function benchSuspend(machine: BenchMachine): Promise<Figure[]> {
  const host = await machine.host();
  const { savedMemory } = machinePaths(await machine.home(), 'default');
  await berth(machine, 'run', '--detach', '--name', 'sleeper', 'busybox', 'sleep', '1000000');
  const saving = await seconds(() => host.machine.suspend());
  const { size } = await stat(savedMemory);
  const resuming = await seconds(() => host.machine.start());
  await berth(machine, 'rm', '--force', 'sleeper');
  await host.machine.stop();
  const booting = await seconds(() => host.machine.start());
  return [
    { name: 'suspending the VM', value: saving, unit: 's' },
    { name: 'saved state', value: size / 1024 ** 2, unit: 'MiB' },
    {
      ...{ name: 'resuming the VM', value: resuming, unit: 's' },
      peer: { name: 'boot', value: booting },
    },
  ];
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await action();
  return (performance.now() - before) / 1000;
}
