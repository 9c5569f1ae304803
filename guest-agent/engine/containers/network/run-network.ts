import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import type { Endpoints } from '../record/endpoint.ts';
import { attachEndpoint } from './attach-endpoint.ts';
import { disconnect, takeAll } from './join-networks.ts';
import { setUpNames } from './name-servers.ts';

/** The network of a container that clients don't see. */
export interface RunNetwork {
  readonly endpoints: Endpoints;
  /** The path of the network namespace. */
  readonly namespace: string;
  /** The run is over. */
  release(): Promise<void>;
}

/** Connects a container that isn't in the list of containers. Publishes no events. */
export type ConnectRun = (engine: Engine, record: ContainerRecord) => Promise<RunNetwork>;

/** Connects a run with a namespace of its own, which a crash of the agent leaves behind. */
export const connectAlone: ConnectRun = async (engine, record) => {
  const joined = takeAll(engine, record);
  const release = () => disconnect(engine, joined);
  const namespace = engine.directories.networkNamespace(record.id);
  try {
    if (record.hostConfig.NetworkMode !== 'host') {
      await engine.networks.driver.createNamespace(namespace);
      for (const name of Object.keys(joined.endpoints)) await attachEndpoint(engine, joined, name);
      await setUpNames(engine, joined);
    }
  } catch (error) {
    await release().catch((cause) => engine.log(`disconnecting ${record.id}`, cause));
    throw error;
  }
  return { endpoints: joined.endpoints, namespace, release };
};
