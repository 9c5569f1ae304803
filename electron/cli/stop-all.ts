import { HostError } from '../host/base/errors.ts';
import { type CliContext, printLine } from './context.ts';
import { describe } from './exit-code.ts';

/**
 * Stops all running VMs; suspended VMs stay suspended. One VM that can't be stopped doesn't keep the
 * others running. Installers call this. With `asleep`, also ends the background processes of VMs that
 * sleep, so that nothing wakes these VMs.
 */
export async function stopAll(
  context: CliContext,
  { asleep: stopsAsleep = false }: { readonly asleep?: boolean } = {},
): Promise<void> {
  const { machines } = await context.host();
  const failed: string[] = [];
  for (const name of await machines.list()) {
    try {
      const { machine } = await context.host(name);
      const { state, asleep } = await machine.status();
      if (state === 'suspended' || (state === 'stopped' && !(asleep && stopsAsleep))) continue;
      await machine.leave();
      // If resuming a suspended VM failed, its status is `failed`.
      if (await machine.isSuspended()) continue;
      printLine(context, `VM "${name}" is stopped`);
    } catch (error) {
      failed.push(name);
      context.stderr.write(`berth: VM "${name}": ${describe(error)}\n`);
    }
  }
  if (failed.length > 0) {
    throw new HostError('machine-failed', `These VMs still run: ${failed.join(', ')}`, {
      hint: 'To end a VM without stopping its containers first, run `berth machine kill NAME`.',
    });
  }
}
