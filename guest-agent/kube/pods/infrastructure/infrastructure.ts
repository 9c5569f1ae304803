import { networkInterfaces } from 'node:os';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { createContainer } from '../../../engine/containers/lifecycle/create.ts';
import { removeContainer } from '../../../engine/containers/lifecycle/remove.ts';
import { startContainer } from '../../../engine/containers/lifecycle/start.ts';
import { hasProcess } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { nodes } from '../../objects/resources.ts';
import { currentRun, makeRoom } from '../lifecycle/container-runs.ts';
import type { RunnerContext } from '../pod-context.ts';
import { engineName, INFRASTRUCTURE } from '../pod-names.ts';
import { infrastructureRequest } from './infrastructure-request.ts';
import { ensureKubeNetwork, KUBE_NETWORK } from './kube-network.ts';
import { ensurePauseImage } from './pause-image.ts';
import { writeResolvConf } from './resolv-conf.ts';

/** The running container that holds a pod's namespaces, if there is one. */
export function findInfrastructure(
  { engine }: RunnerContext,
  pod: Stored<Pod>,
): LiveContainer | undefined {
  const found = currentRun(engine, pod, INFRASTRUCTURE);
  return found && hasProcess(found.record) ? found : undefined;
}

/** Starts the container that holds a pod's namespaces, in the place of one that has ended. */
export async function startInfrastructure(
  { engine, images }: RunnerContext,
  pod: Stored<Pod>,
): Promise<LiveContainer> {
  await ensurePauseImage(images);
  await ensureKubeNetwork(engine);
  const ended = currentRun(engine, pod, INFRASTRUCTURE);
  if (ended) await removeContainer(engine, ended, { force: true });
  // A pod of the same name may have left one.
  await makeRoom(engine, pod, INFRASTRUCTURE);
  const name = engineName(pod, INFRASTRUCTURE);
  const { id } = await createContainer(engine, name, infrastructureRequest(pod));
  const live = engine.containers.get(id);
  await startContainer(engine, live);
  await writeResolvConf(engine, pod, live);
  return live;
}

/** The addresses of a pod. On the node's network they are the node's. */
export function podAddresses(live: LiveContainer, hostIp: string): string[] {
  const { endpoints, hostConfig } = live.record;
  if (hostConfig.NetworkMode === 'host') return [hostIp];
  const { address = '', address6 = '' } = endpoints[KUBE_NETWORK] ?? {};
  return [address, address6].filter((each) => each !== '');
}

/**
 * The address at which pods reach the node: that of the pods' network on the node. Before there is
 * one, what the node's object says, or the VM's first interface.
 */
export function nodeAddress({ engine, objects }: RunnerContext, nodeName = 'berth'): string {
  const gateway = engine.networks.find(KUBE_NETWORK)?.ipam[0]?.gateway;
  if (gateway) return gateway;
  const node = objects.get(nodes, { name: nodeName });
  const found = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (found !== undefined) return found;
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return outer?.address ?? '127.0.0.1';
}
