import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runProgram } from '../../../electron/host/base/process.ts';
import { machinePaths } from '../../../electron/host/home/paths.ts';
import { createHost, type Host } from '../../../electron/host/host.ts';
import { freePort } from '../../../electron/host/ports/free-port.ts';
import {
  type ConnectProxy,
  startConnectProxy,
} from '../../../guest-agent/registry/testing/connect-proxy.ts';
import {
  type DebianRegistry,
  startDebianRegistry,
} from '../../../guest-agent/registry/testing/debian-registry.ts';
import { makeAuthority } from '../../../guest-agent/registry/testing/private-authority.ts';
import { printed } from '../../fixtures/outcome.ts';
import { berthAt } from '../berth.ts';
import { installSecondMonitor, tellMonitor } from './second-monitor.ts';

/*
 * A separate VM in a company's network: a registry with a login, behind a proxy and a private
 * certificate authority, and a mirror of Docker Hub.
 */
const NAME = 'registry.corp.test';
const PASSWORD = 'a-pass-that-nobody-has';
const LOGIN = 'ada:$2b$04$YM6AXjYZcfMugBpInFrn0.PbItYNTSf8wl0e2zOuoBJtl3p9aiQFC';

let directory: string;
let home: string;
let host: Host;
let registry: DebianRegistry;
let mirror: DebianRegistry;
let proxy: ConnectProxy;

const output = async (...words: string[]) =>
  printed(`berth ${words.join(' ')}`, await berthAt(home, words));
const inContainer = (script: string, ...flags: string[]) =>
  output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-'));
  home = join(directory, 'home');
  const folder = async (name: string) => {
    await mkdir(join(directory, name));
    return join(directory, name);
  };
  const authority = await makeAuthority(directory, [NAME]);
  registry = await startDebianRegistry(await folder('r'), { tls: authority, login: LOGIN });
  mirror = await startDebianRegistry(await folder('m'));
  proxy = await startConnectProxy();
  const bin = await folder('bin');
  await installSecondMonitor(bin);
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  vi.stubEnv('DOCKER_CONFIG', await folder('docker'));
  for (const name of ['HTTP_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('HTTPS_PROXY', `http://${proxy.host}`);
  host = createHost({ home });
  await host.settings.update({
    ...{ cpus: 1, memoryMiB: 1024, diskGiB: 4, caCertificates: [authority.authorityPath] },
    registryMirrors: [`http://${mirror.host.replace('127.0.0.1', 'host.docker.internal')}`],
  });
  await host.machine.start();
}, 600_000);

afterAll(async () => {
  await host.machine.kill();
  vi.unstubAllEnvs();
  await Promise.all([registry.stop(), mirror.stop(), proxy.stop()]);
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
});

test('containers resolve the names that the host knows, including its own', async () => {
  const server = createServer((_, response) => response.end('hello from the loopback'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await output('network', 'create', 'team');
    for (const flags of [[], ['--network', 'team']]) {
      const script = `nslookup ${hostname()}; wget -qO- http://host.docker.internal:${port}`;
      const said = await inContainer(script, ...flags);
      expect(said).toContain((await lookup(hostname(), { family: 4 })).address);
      expect(said).toContain('hello from the loopback');
    }
    expect(await inContainer('nslookup gateway.docker.internal')).toMatch(/Address: 10\.0\.2\.2$/m);
  } finally {
    server.close();
  }
});

test('an image is pushed to the company and pulled again, and no password stays in the VM', async () => {
  const image = `${registry.host.replace('127.0.0.1', NAME)}/team/box:1`;
  const [server = ''] = image.split('/');
  const login = ['login', '--username', 'ada', '--password-stdin', server];
  printed('login', await berthAt(home, login, PASSWORD));
  await output('tag', 'busybox', image);
  await output('push', image);
  await output('rmi', image);
  await output('pull', image);
  expect(new Set(proxy.tunnels)).toContain(server);

  const basic = Buffer.from(`ada:${PASSWORD}`).toString('base64');
  const [program = '', ...args] = await host.machine.sshCommand();
  const search = `sync; find /var/lib/berth /run /var/log /root /tmp -xdev -type f -exec grep -lsF -e '${PASSWORD}' -e '${basic}' {} +; echo searched`;
  const { stdout } = await runProgram(program, [...args, search], { timeoutMs: 120_000 });
  expect(stdout).toBe('searched\n');
  const { dataDisk, configDisk } = machinePaths(home, 'default');
  expect((await runProgram('grep', ['-cF', '-e', PASSWORD, '-e', basic, dataDisk])).stdout).toBe(
    '0\n',
  );
  expect(await readFile(configDisk, 'latin1')).not.toContain(PASSWORD);
});

test('Docker Hub’s images come from the mirror, and info shows the settings', async () => {
  const layout = `docker://${mirror.host}/library/from-mirror:1`;
  const archive = join(directory, 'box.tar');
  await output('save', '--output', archive, 'busybox');
  const copy = ['copy', '--dest-tls-verify=false', `docker-archive:${archive}`, layout];
  const { code, stderr } = await runProgram('skopeo', copy, { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(stderr);
  await output('pull', 'from-mirror:1');
  expect(await output('run', '--rm', 'from-mirror:1', 'echo', 'here')).toBe('here');
  expect(await host.engine.json('GET', '/info')).toMatchObject({
    HttpsProxy: `http://${proxy.host.replace('127.0.0.1', 'host.docker.internal')}`,
    RegistryConfig: {
      Mirrors: [`http://${mirror.host.replace('127.0.0.1', 'host.docker.internal')}/`],
    },
  });
});

/**
 * The difference between the guest's clock and the host's, in milliseconds, apart from the time of
 * the request.
 */
async function clockError(): Promise<number> {
  const before = Date.now();
  const { SystemTime } = (await host.engine.json('GET', '/info')) as { SystemTime: string };
  const now = Date.parse(SystemTime);
  return Math.max(0, before - now, now - Date.now());
}

test('after a pause of a minute, the clock is correct and connections continue', async () => {
  const port = await freePort();
  const talk = ['nc', '-ll', '-p', '80', '-e', 'cat'];
  await output('run', '-d', '-p', `127.0.0.1:${port}:80`, 'busybox', ...talk);
  const open = connect(port, '127.0.0.1');
  const heard: Buffer[] = [];
  open.on('data', (chunk) => heard.push(chunk));
  const said = (words: string) =>
    vi.waitFor(() => expect(Buffer.concat(heard).toString()).toContain(words), { timeout: 20_000 });
  open.write('before');
  await said('before');

  await tellMonitor(join(directory, 'bin'), 'stop');
  await sleep(60_000);
  await tellMonitor(join(directory, 'bin'), 'cont');

  await vi.waitFor(async () => expect(await clockError()).toBeLessThan(1_000), {
    ...{ timeout: 20_000, interval: 200 },
  });
  open.write(' and after');
  await said('before and after');
  open.destroy();
  const again = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  again.end('hello');
  expect(await text(again)).toBe('hello');
});
