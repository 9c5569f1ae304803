import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MachineStatus } from '../../electron/api/machine.ts';
import { machinePaths } from '../../electron/host/home/paths.ts';
import { decode, encode, requestSchema } from '../../electron/host/machine/protocol.ts';
import { installPrograms } from '../conformance/clients/programs.ts';
import { startNative } from '../conformance/peers/berth.ts';
import { dockerRoot } from '../conformance/peers/debian-root.ts';
import { startRegistry } from '../fixtures/registry.ts';
import { type Figure, median } from './figure.ts';

const run = promisify(execFile);

const BERTH = join(import.meta.dirname, '../../dist/berth');
const PAIRS = 40;
/** Runs before those that count: disks and compile caches are cold. */
const WARM_UP = 3;

interface Command {
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * How long `ps` takes from the start of the process to its end: `dist/berth` as `npm run build` made
 * it, and Debian's newest Docker client. Both ask the same engine, which runs on this host (root
 * only), so that what differs is the client alone. They take turns.
 */
export async function benchCli(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  const cleanup = [() => rm(directory, { recursive: true, force: true, maxRetries: 10 })];
  try {
    const { path } = await installPrograms(await dockerRoot(), directory);
    const registry = await startRegistry();
    cleanup.push(() => registry.stop());
    const engine = await startNative(join(directory, 'engine'), {
      name: registry.guestHost,
      storage: registry.storage,
    });
    cleanup.push(() => engine.stop());
    const home = join(directory, 'home');
    cleanup.push(await standInSupervisor(home, engine.socket));
    const common = { PATH: process.env.PATH, HOME: directory };
    return await compare(
      { program: BERTH, environment: { ...common, BERTH_HOME: home } },
      {
        program: join(path, 'docker'),
        environment: { ...common, DOCKER_HOST: `unix://${engine.socket}` },
      },
      directory,
    );
  } finally {
    for (const clean of cleanup.reverse()) await clean();
  }
}

async function compare(berth: Command, docker: Command, directory: string): Promise<Figure[]> {
  for (let round = 0; round < WARM_UP; round += 1) {
    await timeOf(berth);
    await timeOf(docker);
  }
  const pairs: (readonly [berth: number, docker: number])[] = [];
  for (let round = 0; round < PAIRS; round += 1) {
    // The second measurement finds the processor already awake.
    if (round % 2 === 0) pairs.push([await timeOf(berth), await timeOf(docker)]);
    else {
      const peer = await timeOf(docker);
      pairs.push([await timeOf(berth), peer]);
    }
  }
  return [
    {
      name: '`berth ps`, median',
      value: median(pairs.map(([value]) => value)),
      unit: 'ms',
      peer: { name: '`docker ps`', value: median(pairs.map(([, peer]) => peer)) },
    },
    {
      name: 'one to the other, median of the pairs',
      value: median(pairs.map(([value, peer]) => value / peer)),
      unit: '',
    },
    {
      name: 'code that `berth ps` loads',
      value: await loadedKilobytes(berth, directory),
      unit: 'kB',
    },
  ];
}

async function timeOf({ program, environment }: Command): Promise<number> {
  const begin = performance.now();
  await run(program, ['ps'], { env: environment });
  return performance.now() - begin;
}

/** Node's coverage lists each script that a process loads. */
async function loadedKilobytes(berth: Command, directory: string): Promise<number> {
  const reports = join(directory, 'coverage');
  await run(berth.program, ['ps'], {
    env: { ...berth.environment, NODE_V8_COVERAGE: reports },
  });
  const scripts = new Set<string>();
  for (const name of await readdir(reports)) {
    const text = await readFile(join(reports, name), 'utf8');
    for (const [, url = ''] of text.matchAll(/"url":"(file:[^"]+)"/g)) scripts.add(url);
  }
  const sizes = await Promise.all(
    [...scripts].map(async (url) => (await stat(fileURLToPath(url))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** Says that the machine of `home` runs; its engine is the one at `engineSocket`. */
async function standInSupervisor(home: string, engineSocket: string): Promise<() => Promise<void>> {
  const paths = machinePaths(home, 'default');
  await mkdir(paths.directory, { recursive: true });
  await symlink(engineSocket, paths.engineSocket);
  const running: MachineStatus = {
    ...{ name: 'default', state: 'running', driver: 'none' },
    ...{ cpus: 1, memoryMiB: 1024, diskGiB: 1 },
  };
  const server = createServer(async (socket) => {
    for await (const _ of decode(socket, requestSchema)) {
      socket.write(encode({ reply: 'status', status: running }));
      socket.end(encode({ reply: 'done' }));
      return;
    }
  });
  server.listen(paths.controlSocket);
  await once(server, 'listening');
  return async () => {
    server.close();
    await once(server, 'close');
  };
}
