import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../../fixtures/registry.ts';
import { installPrograms, type Programs } from '../clients/programs.ts';
import { publishImages } from '../images.ts';
import type { DockerStore } from '../row.ts';
import { startMachine, startNative } from './berth.ts';
import { dockerRoot } from './debian-root.ts';
import { startDocker } from './docker.ts';
import type { Peer, Registry } from './peer.ts';

/** Docker's engine and Berth's, with the same registry and the same clients. */
export interface BothEngines {
  readonly docker: Peer;
  readonly berth: Peer;
  readonly programs: Programs;
  readonly registry: Registry;
  /** A directory for other files of the run. */
  readonly directory: string;
  /** Docker's engine with this store, which starts when it is first asked for. */
  dockerWith(store: DockerStore): Promise<Peer>;
  stop(): Promise<void>;
}

/**
 * Starts both engines and a registry with the images of the rows. SIGINT and SIGTERM stop the
 * engines and end this process. `native` runs Berth's agent on this host instead of in a VM.
 * `docker` has the store `store`.
 */
export async function startBoth({
  native,
  store = 'graph driver',
}: {
  native: boolean;
  store?: DockerStore | undefined;
}): Promise<BothEngines> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-'));
  const cleanup: (() => Promise<unknown>)[] = [
    () => rm(directory, { recursive: true, force: true, maxRetries: 10 }),
  ];
  /** Stops the newest first. */
  const stop = async () => {
    for (let clean = cleanup.pop(); clean; clean = cleanup.pop()) await clean();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  const started = async (starting: Promise<Peer>) => {
    const peer = await starting;
    cleanup.push(() => peer.stop());
    return peer;
  };
  try {
    const root = await dockerRoot();
    const programs = await installPrograms(root, directory);
    const shared = await startRegistry();
    cleanup.push(() => shared.stop());
    await publishImages(root, directory, shared.host);
    const registry: Registry = { name: shared.guestHost, storage: shared.storage };
    const dockers = new Map<DockerStore, Promise<Peer>>();
    const dockerWith = (wanted: DockerStore) => {
      const home = join(directory, `docker-${wanted.replace(' ', '-')}`);
      const peer = dockers.get(wanted) ?? started(startDocker(root, home, registry, wanted));
      dockers.set(wanted, peer);
      return peer;
    };
    const [docker, berth] = await Promise.all([
      dockerWith(store),
      started((native ? startNative : startMachine)(join(directory, 'berth'), registry)),
    ]);
    return { docker, berth, programs, registry, directory, dockerWith, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
