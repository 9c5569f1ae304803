import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownerRights } from '../access/sign-in.ts';
import { usersOf } from '../access/users.ts';
import { KubeServer } from '../api/server.ts';
import { versionInfo } from '../api/version-info.ts';
import { startControllers } from '../controllers/controllers.ts';
import { admit } from '../lifecycle/admission.ts';
import { startEventRetention } from '../lifecycle/event-retention.ts';
import { createFirstObjects } from '../lifecycle/first-objects.ts';
import { startGarbageCollector } from '../lifecycle/garbage-collector.ts';
import { startNamespaces } from '../lifecycle/namespace-controller.ts';
import { describeNode } from '../lifecycle/node.ts';
import { Journal } from '../objects/journal.ts';
import { Objects } from '../objects/objects.ts';
import { loadSchemas } from '../schema/schemas.ts';
import { startEndpoints } from '../services/endpoints/endpoints-controller.ts';
import { Faults } from './faults.ts';
import { StandInPods } from './stand-in-pods.ts';

interface Options {
  /** After which pods become ready. */
  readonly readyMs?: number;
  readonly log?: (message: string, cause?: unknown) => void;
  /** Serves the API; by default over HTTP, at a free port of the loopback. */
  readonly serve?: (api: KubeServer) => Promise<Server>;
  /** Where the objects are kept; only in memory by default. */
  readonly directory?: string;
  /** Whether the node is there from the start. */
  readonly hasNode?: boolean;
  /** Whether the node has an image; every image can be pulled by default. */
  readonly hasImage?: (image: string) => boolean;
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

  static async start({
    readyMs = 20,
    log = () => {},
    serve = serveOnLoopback,
    directory,
    hasNode = true,
    hasImage,
  }: Options = {}): Promise<StandInCluster> {
    const stored = directory === undefined ? undefined : await Journal.load(directory, log);
    const objects = new Objects(stored);
    await createFirstObjects(objects);
    if (hasNode) await describeStandIn(objects);
    const faults = new Faults();
    const requests: string[] = [];
    const stack = new DisposableStack();
    stack.use(startEventRetention(objects, log));
    stack.use(startGarbageCollector(objects, log));
    stack.use(startNamespaces(objects, log));
    stack.use(startEndpoints(objects, log));
    stack.use(startControllers({ objects, log }));
    const streams = stack.use(new StandInPods(objects, log, { readyMs, hasImage }));
    const api = {
      objects,
      schemas: await loadSchemas(),
      streams,
      admit,
      log,
      users: usersOf(objects),
    };
    const server = await serve(
      new KubeServer(api, {
        signIn: ownerRights(objects),
        gate: async (request, verb) => {
          requests.push(`${verb} ${request.target.resource.plural}`);
          return faults.apply(request, verb);
        },
      }),
    );
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return new StandInCluster({ objects, faults, url, requests }, async () => {
      stack.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await stored?.storage[Symbol.asyncDispose]();
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

async function serveOnLoopback(api: KubeServer): Promise<Server> {
  const server = createServer();
  api.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The node of a stand-in, which is ready from now on. */
export function describeStandIn(objects: Objects): Promise<void> {
  const kubernetesVersion = versionInfo.gitVersion;
  return describeNode(objects, { kubernetesVersion, engineVersion: 'stand-in' });
}
