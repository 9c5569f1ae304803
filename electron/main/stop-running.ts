import { loggerOf } from '../host/base/log.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

const log = loggerOf('app');

/** A VM, and the engine in it. */
export type AppMachine = Pick<ScreenHost, 'machine' | 'engine'>;

/**
 * The VMs to leave before the session or the app ends. A VM that failed may still run, if its background
 * process was killed.
 */
export async function runningMachines<Host extends Pick<AppMachine, 'machine'>>(
  hosts: readonly Host[],
): Promise<Host[]> {
  const states = await Promise.all(hosts.map(({ machine }) => machine.status()));
  return hosts.filter((_, index) => {
    const state = states[index]?.state;
    return state !== 'stopped' && state !== 'suspended';
  });
}

/** Stops all VMs that run, for the end of the user's session. Suspended VMs stay suspended. Doesn't reject. */
export async function stopRunning(
  findMachines: () => Promise<readonly Pick<AppMachine, 'machine'>[]>,
): Promise<void> {
  const stop = async () => {
    const running = await runningMachines(await findMachines());
    const stops = running.map(({ machine }) =>
      log.attempt('Stopping a VM at the end of the session', machine.leave(), 'warn'),
    );
    await Promise.all(stops);
  };
  await log.attempt('Stopping the VMs at the end of the session', stop(), 'warn');
}
