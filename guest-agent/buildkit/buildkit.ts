import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { KnownHashes } from '../build/copy/known-hashes.ts';
import { BuildCaches } from '../build/run-mounts/caches.ts';
import { RunSlots } from '../build/run-slots.ts';
import { BuildSteps } from '../build/steps/build-steps.ts';
import { StepCache } from '../build/steps/step-cache.ts';
import { RunNetworks } from '../engine/containers/network/run-networks.ts';
import type { Engine } from '../engine/engine.ts';
import type { Images } from '../engine/images/images.ts';
import type { Registries } from '../engine/images/registries.ts';
import { hostAddress } from '../network/host-address.ts';
import { BuildCache } from './cache/build-cache.ts';
import { stepStore } from './cache/step-store.ts';
import { contextStore, mountStore } from './cache/stores.ts';
import { bridgeMethods } from './control/bridge.ts';
import { contentMethods } from './control/content.ts';
import { controlMethods } from './control/control.ts';
import { toGrpcError } from './control/errors.ts';
import { BuildHistory } from './control/history.ts';
import { PostedBuilds } from './control/posted-build.ts';
import { Contexts } from './files/contexts.ts';
import { type Method, serveGrpc } from './grpc/server.ts';
import { Jobs } from './jobs/jobs.ts';
import { RemoteCaches } from './remote-cache/remote-caches.ts';
import type { SessionOffer } from './session/client-session.ts';
import { Sessions } from './session/sessions.ts';

/** BuildKit's API, with which Docker's clients build images. */
export class Buildkit {
  readonly #jobs = new Jobs();
  readonly #sessions = new Sessions((id) => this.#jobs.abandon(id));
  /** What builds keep for later builds. */
  readonly cache: BuildCache;
  /** The steps among them. */
  readonly steps: StepCache;
  /** Builds of clients that post them whole. */
  readonly posted: PostedBuilds;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #contexts: Contexts;

  constructor(
    engine: Engine,
    images: Images,
    registries: Registries,
    steps = new StepCache(engine.directories.buildSteps, images, engine.log),
  ) {
    this.steps = steps;
    const { data } = engine.directories;
    const caches = new BuildCaches(join(data, 'build-caches'));
    const contexts = new Contexts(join(data, 'contexts'), engine.log);
    this.#contexts = contexts;
    this.cache = new BuildCache({
      stores: [contextStore(contexts), mountStore(caches), stepStore(steps, images)],
      ...{ directory: data, log: engine.log },
    });
    const { sessions, log } = { sessions: this.#sessions, log: engine.log };
    const parts = {
      remoteCaches: new RemoteCaches({ engine, images, registries, sessions, log }),
      ...{ caches, contexts, cache: this.cache },
      ...{ engine, images, registries, sessions: this.#sessions, jobs: this.#jobs },
      history: new BuildHistory(join(engine.directories.data, 'builds-history'), engine.log),
      ...{
        runSlots: new RunSlots(),
        runNetworks: new RunNetworks(),
        hashes: new KnownHashes(),
        steps: new BuildSteps(steps),
      },
      // As for `host-gateway` in containers.
      hostGateway: () => hostAddress() ?? engine.networks.get('bridge').ipam[0]?.gateway ?? '',
    };
    this.posted = new PostedBuilds(parts);
    const methods = [...controlMethods(parts), ...bridgeMethods(parts), ...contentMethods(parts)];
    this.#methods = new Map(methods.map((method) => [method.path, method]));
  }

  /** Removes what interrupted builds left. Call this before the first build. */
  removeUnfinished(): Promise<void> {
    return this.#contexts.removeUnfinished();
  }

  /** Answers a client's calls on a connection until the connection is closed. */
  serveCalls(socket: Duplex): Promise<void> {
    return serveGrpc(socket, this.#methods, toGrpcError);
  }

  /** Throws EngineError 'invalid' for a session that can't be opened. */
  checkSession(offer: SessionOffer): void {
    this.#sessions.check(offer);
  }

  /** Calls the client on a connection until the connection is closed. */
  serveSession(offer: SessionOffer, socket: Duplex): Promise<void> {
    return this.#sessions.serve(offer, socket);
  }
}
