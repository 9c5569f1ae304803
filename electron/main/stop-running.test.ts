import { expect, it, onTestFinished, vi } from 'vitest';
import type { MachineState } from '../api/machine.ts';
import { runningStatus } from '../host/machine/testing/running-status.ts';
import { ScreenEngine } from '../host/screen/testing/screen-engine.ts';
import { standInHost } from '../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { stopRunning } from './stop-running.ts';

it('the end of a session stops all VMs that may run, and keeps what is suspended', async () => {
  const engine = await ScreenEngine.start();
  onTestFinished(() => engine.close());
  const states: MachineState[] = ['running', 'suspended', 'stopped', 'failed', 'starting'];
  const machines = states.map((state) => {
    const machine = new StandInMachine(engine.socket);
    machine.status = async () => ({ ...runningStatus, state });
    const leave = vi.spyOn(machine, 'leave').mockImplementation(async () => {
      // One VM that can't be stopped doesn't keep the others running.
      if (state === 'running') throw new Error('busy');
    });
    return { state, leave, host: standInHost(engine, machine) };
  });
  await stopRunning(async () => machines.map(({ host }) => host));
  const stopped = machines.filter(({ leave }) => leave.mock.calls.length > 0);
  expect(stopped.map(({ state }) => state)).toEqual(['running', 'failed', 'starting']);
});
