import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { openStreamlocal } from '../../electron/host/supervisor/bridge/channels.ts';
import type { Bridge } from '../../electron/host/supervisor/bridge/connection.ts';
import { forwardSocket } from '../../electron/host/supervisor/bridge/engine-socket.ts';
import { bridgeTo, startTestGuest } from '../../electron/host/supervisor/bridge/testing/guest.ts';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { openGeneration } from '../fixtures/client-generations.ts';
import type { DockerClient } from '../fixtures/docker-client.ts';
import { publishDevBase } from './base-image.ts';

/** Builds through the host's SSH connection, whose other end is here instead of in a VM. */

const { socket, shared, registry } = inject('nativeEngine');
const base = `${registry.guestHost}/dev-base:1`;

beforeAll(async () => {
  await using directory = await temporaryDirectory();
  await publishDevBase(directory.path, registry.host);
});

/** A client that reaches the engine through the connection. */
async function connect(): Promise<{ bridge: Bridge; docker: DockerClient }> {
  const bridge = await bridgeTo(await startTestGuest());
  const home = await mkdtemp(join(shared, 'client-'));
  const path = join(home, 'sockets/engine.sock');
  const forwarded = await forwardSocket(path, () => openStreamlocal(bridge, socket));
  onTestFinished(() => forwarded.close());
  const { docker } = await openGeneration('buildx 0.29', join(home, 'client'), path);
  return { bridge, docker };
}

async function context(dockerfile: string): Promise<string> {
  const directory = await mkdtemp(join(shared, 'context-'));
  await writeFile(join(directory, 'Dockerfile'), `FROM ${base}\n${dockerfile}`);
  return directory;
}

test.each(['SIGINT', 'SIGKILL'] as const)(
  'a step ends as soon as its client gets %s',
  async (signal) => {
    const { docker } = await connect();
    const client = docker.spawn('build', '--progress=plain', await context('RUN sleep 1234\n'));
    client.stderr.resume();
    await expect.poll(() => processes('sleep 1234'), { timeout: 60_000 }).toHaveLength(1);
    if (signal === 'SIGINT') client.kill(signal);
    else for (const pid of await family(client.pid ?? 0)) process.kill(pid, signal);
    await expect.poll(() => processes('sleep 1234'), { timeout: 20_000 }).toEqual([]);
  },
);

test('a build whose connection is cut fails, its step ends, and the next build works', async () => {
  const { bridge, docker } = await connect();
  const building = docker.run(['build', '--progress=plain', await context('RUN sleep 1234\n')]);
  await expect.poll(() => processes('sleep 1234'), { timeout: 60_000 }).toHaveLength(1);
  const up = once(bridge.events, 'up');
  bridge.client?.destroy();
  const { exitCode, stderr } = await building;
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^ERROR: .*(EOF|closed|reset)/m)]);
  await expect.poll(() => processes('sleep 1234'), { timeout: 60_000 }).toEqual([]);
  await up;
  const image = await docker.output('build', '-q', await context('RUN echo built >/word\n'));
  expect(await docker.output('run', '--rm', image, 'cat', '/word')).toBe('built');
});

test('a large context passes through without filling memory', async () => {
  const MEBIBYTES = 500;
  const { docker } = await connect();
  const directory = await context('COPY . /all\n');
  for (let part = 0; part < MEBIBYTES; part++) {
    await writeFile(join(directory, `part${part}`), randomBytes(1 << 20));
  }
  const agent = await agentOf(dirname(dirname(socket)));
  const agentMegabytes = async () => {
    const status = await readFile(`/proc/${agent}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  };
  const hostMegabytes = () => process.memoryUsage().rss / 1024 ** 2;
  const before = { agent: await agentMegabytes(), host: hostMegabytes() };
  const growth = { agent: 0, host: 0 };
  let over = false;
  const build = docker.run(['build', '-q', directory]).finally(() => {
    over = true;
  });
  while (!over) {
    growth.agent = Math.max(growth.agent, (await agentMegabytes()) - before.agent);
    growth.host = Math.max(growth.host, hostMegabytes() - before.host);
    await sleep(50);
  }
  const { exitCode, stderr } = await build;
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
  expect(growth.host).toBeLessThan(150);
  expect(growth.agent).toBeLessThan(150);
});

/** The processes with this command line: no list of containers has those of builds. */
async function processes(commandLine: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.split('\0').join(' ').trim() === commandLine) found.push(name);
  }
  return found;
}

/** A process and those that it started, so that no plugin lives on. */
async function family(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(family));
  return [pid, ...below.flat()];
}

/** The process of the engine whose files are in a directory. */
async function agentOf(directory: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    if (!(await read('cmdline')).startsWith('/usr/lib/berth/node\0')) continue;
    if ((await read('mountinfo')).includes(` ${directory}/data `)) return Number(name);
  }
  throw new Error(`no engine runs in ${directory}`);
}
