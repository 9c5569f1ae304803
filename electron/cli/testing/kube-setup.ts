import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StandInCluster } from '../../../guest-agent/kube/testing/stand-in-cluster.ts';
import { FakeEngine } from '../../../guest-agent/testing/fake-engine/fake-engine.ts';
import { socketDirectory } from '../../../guest-agent/testing/test-socket.ts';
import { machinePaths } from '../../host/home/paths.ts';
import { type Outcome, runWords, type Surroundings } from './run.ts';

/**
 * A cluster with the controllers of workloads, which is both the context `stand-in` of a kubeconfig
 * and the API of Berth's own engine, and an engine with fake containers.
 */
export class KubeSetup {
  readonly cluster: StandInCluster;
  readonly engine: FakeEngine;
  readonly directory: string;
  readonly #stop: readonly (() => unknown)[];

  private constructor(
    parts: Pick<KubeSetup, 'cluster' | 'engine' | 'directory'>,
    stop: readonly (() => unknown)[],
  ) {
    this.cluster = parts.cluster;
    this.engine = parts.engine;
    this.directory = parts.directory;
    this.#stop = stop;
  }

  static async start(): Promise<KubeSetup> {
    const cluster = await StandInCluster.start();
    const engine = await FakeEngine.start([]);
    const directory = await mkdtemp(join(tmpdir(), 'berth-kube-'));
    const { kubeSocket } = machinePaths(socketDirectory(engine.socket), 'default');
    const local = await serveLocal(new URL(cluster.url), kubeSocket);
    const setup = new KubeSetup({ cluster, engine, directory }, [
      () => local.close(),
      () => engine.close(),
      () => cluster[Symbol.asyncDispose](),
      () => rm(directory, { recursive: true }),
    ]);
    await writeFile(setup.kubeconfig, cluster.kubeconfig());
    return setup;
  }

  get kubeconfig(): string {
    return join(this.directory, 'kubeconfig');
  }

  /** Writes a file of manifests; returns its path. */
  async file(text: string, name = 'app.yaml'): Promise<string> {
    const path = join(this.directory, name);
    await writeFile(path, text);
    return path;
  }

  /** Runs `berth kube`. */
  kube(words: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
    const env = { KUBECONFIG: this.kubeconfig, ...surroundings.env };
    return runWords({ socketPath: this.engine.socket }, ['kube', ...words], {
      ...surroundings,
      env,
    });
  }

  async close(): Promise<void> {
    for (const stop of this.#stop) await stop();
  }
}

/** The same cluster at the socket of Berth's own engine. */
async function serveLocal({ hostname, port }: URL, path: string): Promise<Server> {
  if (process.platform !== 'win32') await mkdir(dirname(path), { recursive: true });
  const server = createServer((socket) => {
    const target = connect(Number(port), hostname);
    socket.on('error', () => target.destroy());
    target.on('error', () => socket.destroy());
    socket.pipe(target).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}
