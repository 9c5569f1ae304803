import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { inspectContainer, listContainers } from '../../engine/containers.ts';
import { CLUSTER_LABEL, clusterNames } from './cluster-names.ts';
import { API_PORT } from './k3s.ts';

/** A Kubernetes cluster in a container of Berth's engine. */
export interface Cluster {
  readonly name: string;
  /** The ID of its container. */
  readonly id: string;
  readonly image: string;
  /** As in `docker ps`: `running`, `exited`. */
  readonly state: string;
  /** In words: `Up 2 minutes`. */
  readonly status: string;
  readonly context: string;
}

export async function listClusters(engine: EngineClient): Promise<Cluster[]> {
  const filters = { label: [CLUSTER_LABEL] };
  const containers = await listContainers(engine, { all: true, filters });
  return containers
    .map(({ Id, Image, State, Status, Labels }) => {
      const name = Labels[CLUSTER_LABEL] ?? '';
      return {
        ...{ name, id: Id, image: Image, state: State, status: Status },
        context: clusterNames(name).context,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Rejects with HostError 'invalid' if the cluster doesn't exist. */
export async function findCluster(engine: EngineClient, name: string): Promise<Cluster> {
  const clusters = await listClusters(engine);
  const found = clusters.find((each) => each.name === name);
  if (found) return found;
  const names = clusters.map((each) => each.name).join(', ');
  throw new HostError('invalid', `cluster "${name}" doesn't exist`, {
    hint:
      names === '' ? `Create it with \`berth kube cluster create ${name}\`.` : `Clusters: ${names}`,
    appHint: 'Another program may have removed it.',
  });
}

/** The host's port of the API server. */
export async function apiPort(
  engine: EngineClient,
  { name, id }: Cluster,
  signal?: AbortSignal,
): Promise<number> {
  const { NetworkSettings } = await inspectContainer(engine, id, signal);
  const [binding] = NetworkSettings.Ports[`${API_PORT}/tcp`] ?? [];
  if (binding) return Number(binding.HostPort);
  throw new HostError('invalid', `the API of cluster "${name}" has no port on this host`);
}
