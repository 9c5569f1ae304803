import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { MachineControl } from './control.ts';

/**
 * The engine of a machine that runs. A call on the socket of one that is asleep would wake it: what
 * only looks on must not. Every method rejects with HostError 'machine-not-running' instead. Calls
 * that are made at the same time ask for the machine's state once.
 */
export function whileRunning(
  engine: EngineClient,
  machine: Pick<MachineControl, 'status'>,
): EngineClient {
  let asking: Promise<void> | undefined;
  const ask = async () => {
    const { state } = await machine.status();
    if (state !== 'running')
      throw new HostError('machine-not-running', 'the machine is not running');
  };
  const check = () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    json: async (...call) => {
      await check();
      return engine.json(...call);
    },
    stream: async (...call) => {
      await check();
      return engine.stream(...call);
    },
    hijack: async (...call) => {
      await check();
      return engine.hijack(...call);
    },
  };
}
