import type { KnownHashes } from '../../build/copy/known-hashes.ts';
import type { BuildCaches } from '../../build/run-mounts/caches.ts';
import type { RunSlots } from '../../build/run-slots.ts';
import type { BuildSteps } from '../../build/steps/build-steps.ts';
import type { RunNetworks } from '../../engine/containers/network/run-networks.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Contexts } from '../files/contexts.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { RemoteCaches } from '../remote-cache/remote-caches.ts';
import type { Sessions } from '../session/sessions.ts';

/** The parts of the engine that builds use. */
export interface BuilderParts {
  readonly engine: Engine;
  readonly images: Images;
  readonly sessions: Sessions;
  readonly contexts: Contexts;
  readonly caches: BuildCaches;
  readonly runSlots: RunSlots;
  readonly runNetworks: RunNetworks;
  readonly hashes: KnownHashes;
  readonly steps: BuildSteps;
  readonly remoteCaches: RemoteCaches;
  readonly jobs: Pick<Jobs, 'result'>;
}
