import { HostError, reasonOf } from '../../base/errors.ts';
import { pause } from '../../base/pause.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { inspectContainer } from '../../engine/containers.ts';
import { readOne } from '../../files/read-file.ts';
import { createKubeClient, type KubeClient } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import { remoteEndpoint } from '../client/remote-endpoint.ts';
import type { KubeContext } from '../contexts/contexts.ts';
import type { Kubeconfig } from '../contexts/kubeconfig.ts';
import { parseKubeconfig } from '../contexts/kubeconfig.ts';
import { clusterNames } from './cluster-names.ts';
import { logText } from './container-log.ts';
import { KUBECONFIG_PATH } from './k3s.ts';
import { apiPort, type Cluster } from './list-clusters.ts';
import { nodeSchema } from './node.ts';

/** How far a cluster's start is. */
export type ClusterStep = 'container' | 'api' | 'node' | 'ready';

const LOOK_MS = 500;

/**
 * Waits until a cluster's node can run pods. Returns the cluster's kubeconfig, with the address of
 * the API on this host. Rejects with HostError 'engine' with the last output if the container
 * exits, and with 'timeout' after `timeout` seconds.
 */
export async function awaitCluster(
  engine: EngineClient,
  cluster: Cluster,
  { timeout }: { readonly timeout: number },
  report: (step: ClusterStep) => void,
  signal: AbortSignal,
): Promise<Kubeconfig> {
  const deadline = AbortSignal.timeout(timeout * 1000);
  const either = AbortSignal.any([signal, deadline]);
  /** Looks again and again; `look` returns undefined, or fails, if it is too early. */
  const until = async <T>(step: ClusterStep, what: string, look: () => Promise<T | undefined>) => {
    report(step);
    for (;;) {
      const found = await unlessTooEarly(look(), either);
      if (found !== undefined) return found;
      if (!either.aborted) await requireRunning(engine, cluster, either);
      await pause(LOOK_MS, either);
      signal.throwIfAborted();
      if (deadline.aborted) {
        const message = `cluster "${cluster.name}" isn't ready after ${timeout} seconds: ${what}`;
        throw new HostError('timeout', message, {
          hint: `Look at its output with \`berth logs ${clusterNames(cluster.name).container}\`.`,
          appHint: 'Choose “Logs of k3s” in the menu of the cluster to see its output.',
        });
      }
    }
  };
  const text = await until('container', "k3s hasn't written its kubeconfig", () =>
    readKubeconfig(engine, cluster, either),
  );
  const kubeconfig = withServer(
    parseKubeconfig(text, KUBECONFIG_PATH),
    `https://127.0.0.1:${await apiPort(engine, cluster, either)}`,
  );
  const client = await clientOf(kubeconfig);
  await until('api', "the API server isn't ready", () => isApiReady(client, either));
  const { State } = await inspectContainer(engine, cluster.id, either);
  const startedAt = Date.parse(State.StartedAt);
  await until('node', "the node isn't ready", () => isNodeReady(client, startedAt, either));
  report('ready');
  return kubeconfig;
}

async function readKubeconfig(
  engine: EngineClient,
  { id }: Cluster,
  signal: AbortSignal,
): Promise<string | undefined> {
  const place = { kind: 'container', id } as const;
  const { content } = await readOne(engine, place, KUBECONFIG_PATH, { signal });
  const text = content.toString();
  return text.trim() === '' ? undefined : text;
}

function withServer(kubeconfig: Kubeconfig, server: string): Kubeconfig {
  const clusters = kubeconfig.clusters.map((each) => ({
    ...each,
    // A stand-in for tests may have no certificate.
    cluster: {
      ...each.cluster,
      server: each.cluster.server.startsWith('http:') ? server.replace('https:', 'http:') : server,
    },
  }));
  return { ...kubeconfig, clusters };
}

async function clientOf(kubeconfig: Kubeconfig): Promise<KubeClient> {
  const [first] = kubeconfig.contexts;
  if (!first) throw new HostError('engine', `${KUBECONFIG_PATH} has no context`);
  const { cluster, user = '' } = first.context;
  const server = kubeconfig.clusters.find(({ name }) => name === cluster)?.cluster.server ?? '';
  const context: KubeContext = {
    ...{ name: first.name, cluster, user, server, namespace: 'default' },
    ...{ isLocal: false, isCurrent: false },
  };
  return createKubeClient(context, await remoteEndpoint(context, kubeconfig));
}

/** The server answers other requests earlier, before it has made what every cluster has. */
async function isApiReady(client: KubeClient, signal: AbortSignal): Promise<true> {
  const answer = await client.stream('/readyz', { signal });
  answer.resume();
  return true;
}

const MS_PER_SECOND = 1000;

/** After a restart, the node first is as it was before: only what it says since then counts. */
async function isNodeReady(
  client: KubeClient,
  startedAt: number,
  signal: AbortSignal,
): Promise<true | undefined> {
  const { items } = await listObjects(client, '/api/v1/nodes', {}, signal);
  const nodes = items.map((item) => nodeSchema.parse(item));
  const isReady = nodes.some(({ status }) =>
    (status.conditions ?? []).some(
      (each) =>
        each.type === 'Ready' &&
        each.status === 'True' &&
        // Times in Kubernetes have whole seconds.
        !(Date.parse(each.lastHeartbeatTime ?? '') + MS_PER_SECOND <= startedAt),
    ),
  );
  return isReady || undefined;
}

/** Until k3s is up, its file is missing, its port is closed, or its answers are errors. */
async function unlessTooEarly<T>(look: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    const isEarly =
      error instanceof HostError && ['connection', 'engine', 'timeout'].includes(error.code);
    if (!isEarly && !signal.aborted) throw error;
    return undefined;
  }
}

/** If the container has exited more often than this, another restart won't help. */
const MOST_RESTARTS = 3;

async function requireRunning(
  engine: EngineClient,
  { id, name }: Cluster,
  signal: AbortSignal,
): Promise<void> {
  const { State, RestartCount } = await inspectContainer(engine, id, signal);
  // A container that runs has no exit code yet. If it exits again, the next look sees that.
  if (State.Running && !State.Restarting) return;
  if (State.Restarting && RestartCount < MOST_RESTARTS) return;
  const output = await logText(engine, id).catch(reasonOf);
  const what = RestartCount > 0 ? `stopped ${RestartCount + 1} times` : 'stopped';
  const message = `cluster "${name}" ${what}, with exit code ${State.ExitCode}`;
  throw new HostError('engine', `${message}\nlast output:\n${output}`);
}
