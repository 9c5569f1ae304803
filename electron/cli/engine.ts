import type { MachineStatus } from '../api/machine.ts';
import { HostError } from '../host/base/errors.ts';
import type { EngineClient } from '../host/engine/connection/client.ts';
import type { CliContext } from './context.ts';
import { machineProgress } from './progress/machine-progress.ts';

/** The engine. Starts the VM first if it isn't running. */
export async function connectEngine(context: CliContext): Promise<EngineClient> {
  const host = await context.host();
  const { state } = await host.machine.status();
  if (state !== 'running') await startMachine(context);
  return host.engine;
}

/**
 * Starts a VM and shows the progress on standard error. Ctrl-C stops waiting, with HostError
 * 'cancelled'; the VM continues to start.
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
    throw new HostError('cancelled', 'stopped waiting; the VM is still starting', {
      hint: 'Run `berth machine status` to check the VM.',
      cause: error,
    });
  } finally {
    context.signals.off('SIGINT', cancel);
    progress.end();
  }
}
