import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { MachineControl } from './control.ts';

/**
 * The engine of a running VM. A call on the socket of a sleeping VM would wake it, which monitoring
 * must not do. Every method rejects with HostError 'machine-not-running' instead.
 */
export function whileRunning(
  engine: EngineClient,
  machine: Pick<MachineControl, 'status'>,
): EngineClient {
  let asking: Promise<void> | undefined;
  const ask = async () => {
    const { state } = await machine.status();
    if (state !== 'running') throw new HostError('machine-not-running', `the VM isn't running`);
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
