import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeServer } from '../api/server.ts';
import { versionInfo } from '../api/version-info.ts';
import { startControllers } from '../controllers/controllers.ts';
import { admit } from '../lifecycle/admission.ts';
import { startEventRetention } from '../lifecycle/event-retention.ts';
import { createFirstObjects } from '../lifecycle/first-objects.ts';
import { startGarbageCollector } from '../lifecycle/garbage-collector.ts';
import { startNamespaces } from '../lifecycle/namespace-controller.ts';
import { describeNode } from '../lifecycle/node.ts';
import { Objects } from '../objects/objects.ts';
import { loadSchemas } from '../schema/schemas.ts';
import { startEndpoints } from '../services/endpoints/endpoints-controller.ts';
import { Faults } from './faults.ts';
import { StandInPods } from './stand-in-pods.ts';

interface Options {
  /** After which pods become ready. */
  readonly readyMs?: number;
  readonly log?: (message: string, cause?: unknown) => void;
}

/**
 * A cluster for tests: Berth's own Kubernetes API on a loopback port, over HTTP and without
 * credentials. Pods are only simulated: see `StandInPods`.
 */
export class StandInCluster implements AsyncDisposable {
  readonly objects: Objects;
  readonly faults: Faults;
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** `VERB PLURAL` of each request so far, such as `patch deployments`. */
  readonly requests: readonly string[];
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<StandInCluster, 'objects' | 'faults' | 'url' | 'requests'>,
    close: () => Promise<void>,
  ) {
    this.objects = parts.objects;
    this.faults = parts.faults;
    this.url = parts.url;
    this.requests = parts.requests;
    this.#close = close;
  }

  static async start({ readyMs = 20, log = () => {} }: Options = {}): Promise<StandInCluster> {
    const objects = new Objects();
    await createFirstObjects(objects);
    await describeNode(objects, {
      kubernetesVersion: versionInfo.gitVersion,
      engineVersion: 'stand-in',
    });
    const faults = new Faults();
    const requests: string[] = [];
    const stack = new DisposableStack();
    stack.use(startEventRetention(objects, log));
    stack.use(startGarbageCollector(objects, log));
    stack.use(startNamespaces(objects, log));
    stack.use(startEndpoints(objects, log));
    stack.use(startControllers({ objects, log }));
    const streams = stack.use(new StandInPods(objects, log, readyMs));
    const api = { objects, schemas: await loadSchemas(), streams, admit, log };
    const server = createServer();
    new KubeServer(api, async (request, verb) => {
      requests.push(`${verb} ${request.target.resource.plural}`);
      return faults.apply(request, verb);
    }).attach(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return new StandInCluster({ objects, faults, url, requests }, async () => {
      stack.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  /** Lets all watches fail with 410, as if the clients had been away for long. */
  expireWatches(): void {
    this.objects.forgetHistory();
  }

  /** A kubeconfig with this cluster as the current context. */
  kubeconfig(context = 'stand-in'): string {
    return JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': context },
      clusters: [{ name: context, cluster: { server: this.url } }],
      users: [{ name: context, user: { token: 'stand-in' } }],
      contexts: [{ name: context, context: { cluster: context, user: context } }],
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
