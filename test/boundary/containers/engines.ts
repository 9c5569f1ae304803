import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDeepTree } from '../../../guest-agent/store/remove-deep-tree.ts';
import { boxLayer } from '../../conformance/images.ts';
import { nativeEngine } from '../../conformance/peers/berth.ts';
import { dockerRoot } from '../../conformance/peers/debian-root.ts';
import { startDocker } from '../../conformance/peers/docker.ts';
import { ask } from '../../fixtures/ask.ts';
import { childrenOf } from '../../fixtures/processes.ts';
import { startRegistry } from '../../fixtures/registry.ts';
import { BOX, loadBox } from '../../hostile/engine/box.ts';
import { ports, startStandIns } from './stand-ins.ts';

/** An engine with networks, servers on them, and servers that stand for the VM's. */
export interface ProbedEngine {
  readonly name: 'berth' | 'docker';
  readonly socket: string;
  /** The addresses of servers, for the environment of containers. */
  readonly addresses: readonly string[];
}

/** The engine that is tested, and Docker's for comparison. */
export interface ProbedEngines extends AsyncDisposable {
  readonly berth: ProbedEngine;
  /** The shared folder `/home/me`, as this host sees it. */
  readonly home: string;
  readonly docker: ProbedEngine | undefined;
}

/** For root. */
export async function startEngines({ quick }: { quick: boolean }): Promise<ProbedEngines> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-boundary-'));
  const cleanup: (() => Promise<unknown>)[] = [() => removeDeepTree(directory)];
  const stop = async () => {
    for (let clean = cleanup.pop(); clean; clean = cleanup.pop()) await clean();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  try {
    const { guestHost: name, storage, stop: stopRegistry } = await startRegistry();
    cleanup.push(stopRegistry);
    const registry = { name, storage };
    const layer = await boxLayer();
    const [home, overSftp] = await makeHome(directory);
    const ready = async (
      name: ProbedEngine['name'],
      starting: Promise<{ pid: number; socket: string; stop(): Promise<void> }>,
    ): Promise<ProbedEngine> => {
      const { pid, socket, stop } = await starting;
      cleanup.push(stop);
      const [first = pid] = childrenOf(pid);
      cleanup.push(await startStandIns(first));
      await loadBox(socket, layer);
      return { name, socket, addresses: await prepare(socket) };
    };
    const environment = { HOME_SHARE: home, HOME_SHARE_SFTP: overSftp };
    const [berth, docker] = await Promise.all([
      ready('berth', nativeEngine(join(directory, 'berth'), registry, { environment })),
      quick
        ? undefined
        : dockerRoot().then((root) =>
            ready('docker', startDocker(root, join(directory, 'docker'), registry)),
          ),
    ]);
    return { berth, docker, home, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The shared folder as QEMU's 9p shows it, with keys, and as the SFTP server does, without. */
async function makeHome(directory: string): Promise<[string, string]> {
  const homes = [join(directory, 'home'), join(directory, 'home-sftp')] as const;
  for (const home of homes) {
    await mkdir(join(home, 'work/swapped'), { recursive: true });
    await writeFile(join(home, 'work/file'), 'mine\n');
    await symlink('/usr/lib/berth', join(home, 'work/agent'));
    await symlink('../.ssh', join(home, 'work/keys'));
    await symlink('/etc', join(home, 'etc'));
  }
  await mkdir(join(homes[0], '.ssh'));
  await writeFile(join(homes[0], '.ssh/id'), 'KEY\n');
  return [...homes];
}

/** Creates the networks and their servers. Resolves to their addresses, as `NAME=ADDRESS`. */
async function prepare(socket: string): Promise<string[]> {
  for (const [Name, Internal] of [
    ['near', false],
    ['far', false],
    ['inside', true],
  ] as const) {
    await post(socket, '/networks/create', { Name, Internal });
  }
  const address = async (name: string, network: string) => {
    const serve = `while :; do echo REACHED | nc -l -p ${ports.everywhere}; done`;
    const { Id } = await post(socket, `/containers/create?name=${name}`, {
      ...{ Image: BOX, Cmd: ['sh', '-c', serve] },
      HostConfig: { NetworkMode: network },
    });
    await post(socket, `/containers/${Id}/start`);
    const { text } = await ask(socket, { path: `/containers/${Id}/json` });
    const { NetworkSettings } = JSON.parse(text) as {
      NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
    };
    return NetworkSettings.Networks[network]?.IPAddress ?? '';
  };
  const { text } = await ask(socket, { path: '/networks/bridge' });
  const gateway = (JSON.parse(text) as { IPAM: { Config: { Gateway: string }[] } }).IPAM.Config[0];
  return [
    `GATEWAY=${gateway?.Gateway}`,
    `NEIGHBOUR=${await address('neighbour', 'bridge')}`,
    `OTHER=${await address('far-server', 'far')}`,
    `INTERNAL=${await address('inside-server', 'inside')}`,
  ];
}

/** Rejects unless the engine does it. */
async function post(socket: string, path: string, body?: object): Promise<{ Id: string }> {
  const { status, text } = await ask(socket, { method: 'POST', path, ...(body && { body }) });
  if (status >= 300) throw new Error(`${path}: ${text}`);
  return text === '' ? { Id: '' } : JSON.parse(text);
}
