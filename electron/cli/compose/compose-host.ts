import type { ComposeHost } from '../../host/compose/apply/compose-host.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';

/** What operations on a project need. Starts the VM first if it isn't running. */
export async function openComposeHost(context: CliContext): Promise<ComposeHost> {
  const engine = await connectEngine(context);
  const { credentials, settings } = await context.host();
  return { engine, credentials, settings, dryRun: context.isDryRun?.() ?? false };
}
