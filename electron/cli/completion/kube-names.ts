import { loggerOf } from '../../host/base/log.ts';
import { localEndpoint } from '../../host/kube/client/endpoint.ts';
import { createKubeClient } from '../../host/kube/client/kube-client.ts';
import { listClusters } from '../../host/kube/cluster/list-clusters.ts';
import { findContext, LOCAL_CONTEXT, listContexts } from '../../host/kube/contexts/contexts.ts';
import { listWorkloads } from '../../host/kube/workloads/list-workloads.ts';
import type { CliContext } from '../context.ts';
import type { Candidate } from './candidate.ts';

const log = loggerOf('completion');

/** A shell waits for its completions. */
const PATIENCE_MS = 2000;

/** The contexts of the user's kubeconfig, and Berth's own. */
export async function contextNames({ env }: CliContext): Promise<Candidate[]> {
  const contexts = await log.attempt('Reading the kubeconfig', listContexts(env));
  return (contexts?.all ?? []).map(({ name, server }) => ({ value: name, description: server }));
}

/** The clusters in containers. */
export async function clusterNames(context: CliContext): Promise<Candidate[]> {
  const { machine, engine } = await context.host();
  if ((await machine.status()).state !== 'running') return [];
  const clusters = await log.attempt('Listing clusters', listClusters(engine));
  return (clusters ?? []).map(({ name, status }) => ({ value: name, description: status }));
}

/** The workloads of Berth's own engine, as `deployment/web`, and its pods. */
export async function workloadNames(context: CliContext): Promise<Candidate[]> {
  const { machine, paths } = await context.host();
  if ((await machine.status()).state !== 'running') return [];
  const own = findContext(await listContexts(context.env), LOCAL_CONTEXT);
  const client = createKubeClient(own, localEndpoint(paths.kubeSocket), {
    patienceMs: PATIENCE_MS,
  });
  const found = await log.attempt('Listing workloads', listWorkloads(client, own.namespace));
  return (found ?? []).map(({ kind, name, status }) => ({
    value: kind === 'Pod' ? name : `${kind.toLowerCase()}/${name}`,
    description: status,
  }));
}
