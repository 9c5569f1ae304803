import type { Service } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../engine/engine.ts';
import type { Images } from '../engine/images/images.ts';
import type { Registries } from '../engine/images/registries.ts';
import type { HostResolver } from '../network/names/host-resolver.ts';
import { version } from '../version.ts';
import { API_PORT, keepApiService } from './access/api-service.ts';
import { clusterKeys } from './access/cluster-keys.ts';
import { podAccess } from './access/pod-access.ts';
import { keepRootCa } from './access/root-ca.ts';
import { servePods } from './access/serve-pods.ts';
import { ownerRights, podRights } from './access/sign-in.ts';
import { Tokens } from './access/tokens.ts';
import { usersOf } from './access/users.ts';
import { KubeServer } from './api/server.ts';
import { versionInfo } from './api/version-info.ts';
import { startControllers } from './controllers/controllers.ts';
import { admit } from './lifecycle/admission.ts';
import { onClockChange } from './lifecycle/clock-change.ts';
import { startEventRetention } from './lifecycle/event-retention.ts';
import { createFirstObjects } from './lifecycle/first-objects.ts';
import { startGarbageCollector } from './lifecycle/garbage-collector.ts';
import { startNamespaces } from './lifecycle/namespace-controller.ts';
import { describeNode } from './lifecycle/node.ts';
import { Journal } from './objects/journal.ts';
import type { KubeObject } from './objects/kube-object.ts';
import { Objects } from './objects/objects.ts';
import type { Resource } from './objects/resource.ts';
import { cronJobs } from './objects/resources.ts';
import { engineMeter } from './pods/meter.ts';
import { startPodRunner } from './pods/start-pod-runner.ts';
import { loadSchemas } from './schema/schemas.ts';
import { startServices } from './services/services.ts';

export interface KubeOptions {
  readonly engine: Engine;
  readonly images: Images;
  readonly registries: Registries;
  readonly names: Pick<HostResolver, 'answerFirst' | 'ask'>;
  /** Where the objects are kept. */
  readonly directory: string;
  readonly log: (message: string, cause?: unknown) => void;
}

/** The running cluster of this engine. */
export interface Kube {
  readonly server: KubeServer;
  /** Whether it has work to do at some time, although no container runs now. */
  readonly isWaiting: () => boolean;
  /** From now on, nothing starts containers of pods again. */
  readonly close: () => void;
}

/**
 * The composition root of Kubernetes on this engine. It runs until the agent ends. If it can't start,
 * nothing of it stays, so that the next attempt finds the objects for itself.
 */
export async function startKube(options: KubeOptions): Promise<Kube> {
  const { engine, images, registries, names, directory, log } = options;
  await using stack = new AsyncDisposableStack();
  const schemas = await loadSchemas();
  const stored = await Journal.load(directory, log);
  stack.use(stored.storage);
  const objects = new Objects(stored);
  await createFirstObjects(objects);
  const kubernetesVersion = versionInfo.gitVersion;
  await describeNode(objects, { kubernetesVersion, engineVersion: version });
  stack.use(startEventRetention(objects, log));
  stack.use(startGarbageCollector(objects, log));
  stack.use(startNamespaces(objects, log));
  const services = stack.use(await startServices({ engine, objects, names, log }));
  const keys = await clusterKeys(directory, services.nodeAddress);
  const tokens = new Tokens(objects, keys.tokenKey);
  const access = stack.use(podAccess(objects, tokens, keys));
  stack.use(await keepApiService(objects, services.nodeAddress, log));
  stack.use(keepRootCa(objects, keys.certificate, log));
  const pods = startPodRunner({ engine, images, registries, objects, access, log });
  stack.defer(() => pods.close());
  const controllers = stack.use(startControllers({ objects, log }));
  stack.use(onClockChange(() => controllers.enqueueAll()));
  const api = {
    ...{ objects, streams: pods, tokens, log, schemas, meter: engineMeter(engine) },
    users: usersOf(objects, tokens),
    admit: <T extends KubeObject>(resource: Resource<T>, object: T, current?: T): T => {
      if (resource.kind !== 'Service') return admit(resource, object, current);
      const [service, old] = [object, current] as readonly (KubeObject | undefined)[];
      return services.admit(service as Service, old as Service | undefined) as KubeObject as T;
    },
  };
  const server = new KubeServer(api, { signIn: ownerRights(objects) });
  const forPods = new KubeServer(api, { signIn: podRights(objects, tokens) });
  stack.use(servePods(forPods, keys, API_PORT, log));
  // Nobody disposes of it.
  stack.move();
  return {
    server,
    isWaiting: () => objects.list(cronJobs).some(({ spec }) => spec?.suspend !== true),
    close: () => pods.close(),
  };
}
