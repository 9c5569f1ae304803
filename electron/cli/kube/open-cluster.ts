import type { KubeTarget } from '../../host/kube/apply/target.ts';
import { localEndpoint } from '../../host/kube/client/endpoint.ts';
import { endpointOf, targetOf } from '../../host/kube/client/open-target.ts';
import {
  currentContext,
  findContext,
  LOCAL_CONTEXT,
  listContexts,
} from '../../host/kube/contexts/contexts.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';
import type { KubeFlags } from './kube-flags.ts';

/**
 * The cluster that a command works with: `--context`, or else Berth's own engine (`local`) or the
 * current context (`current`). Names a cluster that isn't Berth's own on standard error. Starts the
 * VM first if Berth's own is chosen.
 */
export async function openCluster(
  context: CliContext,
  flags: KubeFlags,
  otherwise: 'local' | 'current',
): Promise<KubeTarget> {
  const contexts = await listContexts(context.env);
  const name = flags.context ?? (otherwise === 'local' ? LOCAL_CONTEXT : undefined);
  const chosen = name === undefined ? currentContext(contexts) : findContext(contexts, name);
  const endpoint = await endpointOf(chosen, contexts, () => openLocal(context));
  if (!chosen.isLocal) {
    context.stderr.write(`Using context "${chosen.name}" (${chosen.server})\n`);
  }
  return targetOf(chosen, endpoint, flags.namespace, {
    onWarning: (text) => context.stderr.write(`warning: ${text}\n`),
    onBusy: (seconds) =>
      context.stderr.write(`The cluster is busy; trying again in ${seconds} s\n`),
  });
}

async function openLocal(context: CliContext) {
  await connectEngine(context);
  const { paths } = await context.host();
  return localEndpoint(paths.kubeSocket);
}
