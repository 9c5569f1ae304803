import { HostError } from '../../base/errors.ts';
import { pullAuth } from '../../credentials/registry-auth.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { createContainer, removeContainer, startContainer } from '../../engine/containers.ts';
import { inspectImageIfPresent, type PullProgress, pullImage } from '../../engine/images.ts';
import { createVolume, listVolumes, removeVolume } from '../../engine/volumes.ts';
import { freePort } from '../../ports/free-port.ts';
import { CLUSTER_LABEL, clusterNames } from './cluster-names.ts';
import { API_PORT, DATA_PATH } from './k3s.ts';
import { type Cluster, findCluster, listClusters } from './list-clusters.ts';

export interface NewCluster {
  readonly name: string;
  readonly image: string;
  /** The port of the API on this host; any free one by default. */
  readonly port?: number | undefined;
  /** More flags of `k3s server`. */
  readonly flags: readonly string[];
}

/** Pulls the image of a cluster if the engine doesn't have it, and yields the progress. */
export async function* pullClusterImage(
  engine: EngineClient,
  host: Parameters<typeof pullAuth>[0],
  image: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  if (await inspectImageIfPresent(engine, image)) return;
  yield* pullImage(engine, image, { ...(await pullAuth(host, image)), signal });
}

/**
 * Creates and starts the container of a cluster. Rejects with HostError 'invalid' if the cluster
 * exists. Removes what it made if the container can't start.
 */
export async function createCluster(
  engine: EngineClient,
  { name, image, port, flags }: NewCluster,
): Promise<Cluster> {
  const { container, volume } = clusterNames(name);
  if ((await listClusters(engine)).some((each) => each.name === name)) {
    throw new HostError('invalid', `the cluster "${name}" already exists`, {
      hint: `Start it with \`berth kube cluster start ${name}\`, or remove it with \`berth kube cluster rm ${name}\`.`,
      appHint: 'Choose another name, or start the cluster that exists.',
    });
  }
  const labels = { [CLUSTER_LABEL]: name };
  // A volume without its cluster has the data of an older one.
  const isNew = !(await listVolumes(engine)).some(({ Name }) => Name === volume);
  await createVolume(engine, { name: volume, labels });
  const hostPort = String(port ?? (await freePort()));
  let id: string | undefined;
  try {
    id = await createNode(engine, { image, container, volume, hostPort, flags, labels });
    await startContainer(engine, id);
  } catch (error) {
    if (id !== undefined) await removeContainer(engine, id, { force: true, volumes: true });
    if (isNew) await removeVolume(engine, volume);
    throw error;
  }
  return findCluster(engine, name);
}

interface Node extends Pick<NewCluster, 'image' | 'flags'> {
  readonly container: string;
  readonly volume: string;
  readonly hostPort: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Creates the container that is the only node of a cluster. Returns its ID. */
async function createNode(
  engine: EngineClient,
  { image, container, volume, hostPort, flags, labels }: Node,
): Promise<string> {
  const { Id } = await createContainer(
    engine,
    {
      Image: image,
      Hostname: container,
      Cmd: ['server', '--tls-san', '127.0.0.1', ...flags],
      ExposedPorts: { [`${API_PORT}/tcp`]: {} },
      Labels: labels,
      HostConfig: {
        // The kubelet mounts file systems, makes cgroups and changes the firewall.
        Privileged: true,
        CgroupnsMode: 'private',
        Tmpfs: { '/run': '', '/var/run': '' },
        Mounts: [{ Type: 'volume', Source: volume, Target: DATA_PATH }],
        PortBindings: { [`${API_PORT}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: hostPort }] },
        RestartPolicy: { Name: 'unless-stopped' },
      },
    },
    { name: container },
  );
  return Id;
}
