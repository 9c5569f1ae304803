import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { removeContainer } from '../../engine/containers.ts';
import { removeVolume } from '../../engine/volumes.ts';
import { removeContext } from '../contexts/change-kubeconfig.ts';
import { clusterNames } from './cluster-names.ts';
import type { Cluster } from './list-clusters.ts';

/** Removes a cluster with all its data, and its context from the user's kubeconfig file. */
export async function removeCluster(
  engine: EngineClient,
  { id, name }: Cluster,
  kubeconfig: string,
): Promise<void> {
  const { volume, context } = clusterNames(name);
  await removeContainer(engine, id, { force: true, volumes: true });
  await removeVolume(engine, volume).catch((error: unknown) => {
    if (!(error instanceof HostError) || error.status !== 404) throw error;
  });
  await removeContext(kubeconfig, context);
}
