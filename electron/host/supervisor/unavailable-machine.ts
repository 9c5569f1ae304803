import type { HostError } from '../base/errors.ts';
import type { Machine } from './machine.ts';

/**
 * A VM that no driver can run: each start fails with the reason. The background process still
 * answers callers, who then see why.
 */
export function createUnavailableMachine(driver: string, reason: HostError): Machine {
  const refuse = () => Promise.reject(reason);
  const ended = { orderly: true, reason: 'the VM was not running' };
  return {
    driver,
    ...{ features: refuse, acceleration: refuse, create: refuse, start: refuse, resize: refuse },
    ...{ save: refuse, restore: refuse, proceed: refuse, fingerprint: refuse },
    ...{ address: refuse, forward: refuse },
    noteGuestRuns: async () => {},
    noteAcceleratorFault: async () => {},
    stop: async () => {},
    kill: async () => {},
    status: async () => ({ state: 'stopped' }),
    exited: async () => ended,
  };
}
