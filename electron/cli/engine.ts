import type { MachineStatus } from '../api/machine.ts';
import { HostError } from '../host/base/errors.ts';
import type { EngineClient } from '../host/engine/connection/client.ts';
import type { CliContext } from './context.ts';
import { machineProgress } from './progress/machine-progress.ts';

/** The engine, with the machine brought up first when it is not running. */
export async function connectEngine(context: CliContext): Promise<EngineClient> {
  const host = await context.host();
  const { state } = await host.machine.status();
  if (state !== 'running') await startMachine(context);
  return host.engine;
}

/**
 * Brings a machine up, telling on standard error how far it is. Ctrl-C ends the waiting, with
 * HostError 'cancelled'; the machine goes on starting.
 */
export async function startMachine(context: CliContext, name?: string): Promise<MachineStatus> {
  const { machine } = await context.host(name);
  const waiting = new AbortController();
  const cancel = () => waiting.abort();
  const progress = machineProgress(context.stderr);
  context.signals.on('SIGINT', cancel);
  try {
    return await machine.start(progress.show, waiting.signal);
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    throw new HostError('cancelled', 'stopped waiting; the machine goes on starting', {
      hint: 'see `berth machine status`',
      cause: error,
    });
  } finally {
    context.signals.off('SIGINT', cancel);
    progress.end();
  }
}
