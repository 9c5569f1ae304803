import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import type { Engine } from '../../engine.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { addOn } from '../testing/container-on-network.ts';
import { withLinkEnvironment } from './link-environment.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let engine: Engine;
beforeEach(async () => {
  directory = await temporaryDirectory();
  engine = await testEngine(directory.path);
});
afterEach(() => directory[Symbol.asyncDispose]());

const l1 = (ports: readonly string[] = [], Env: readonly string[] = []) => ({
  ...{ name: 'l1', address: '172.17.0.9' },
  config: { Env, ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) },
});
const l2 = { name: 'l2', address: '172.17.0.2', host: { Links: ['l1:my-link'] } };

async function environment(
  target: ReturnType<typeof l1>,
  linked: object = {},
): Promise<readonly string[]> {
  await addOn(engine, 'bridge', target);
  const { record } = await addOn(engine, 'bridge', { ...l2, ...linked });
  return withLinkEnvironment(engine, record).config.Env;
}

test('a link on the default bridge gives the name, the ports, TCP first, and the variables', async () => {
  const target = l1(['53/udp', '8080/tcp', '80/tcp'], ['A=1=2', 'PATH=/bin', 'HOME=/x', 'BARE']);
  expect(await environment(target)).toEqual([
    'MY_LINK_PORT=tcp://172.17.0.9:80',
    'MY_LINK_PORT_80_TCP=tcp://172.17.0.9:80',
    'MY_LINK_PORT_80_TCP_ADDR=172.17.0.9',
    'MY_LINK_PORT_80_TCP_PORT=80',
    'MY_LINK_PORT_80_TCP_PROTO=tcp',
    'MY_LINK_PORT_8080_TCP=tcp://172.17.0.9:8080',
    'MY_LINK_PORT_8080_TCP_ADDR=172.17.0.9',
    'MY_LINK_PORT_8080_TCP_PORT=8080',
    'MY_LINK_PORT_8080_TCP_PROTO=tcp',
    'MY_LINK_PORT_53_UDP=udp://172.17.0.9:53',
    'MY_LINK_PORT_53_UDP_ADDR=172.17.0.9',
    'MY_LINK_PORT_53_UDP_PORT=53',
    'MY_LINK_PORT_53_UDP_PROTO=udp',
    'MY_LINK_NAME=/l2/my-link',
    'MY_LINK_ENV_A=1=2',
  ]);
});

test('consecutive ports are a range too', async () => {
  const ports = ['7002/tcp', '7000/tcp', '7001/tcp', '9000/tcp', '9001/udp'];
  const given = await environment(l1(ports));
  expect(given.filter((entry) => /_(START|END)=/.test(entry))).toEqual([
    'MY_LINK_PORT_7000_TCP_START=tcp://172.17.0.9:7000',
    'MY_LINK_PORT_7000_TCP_PORT_START=7000',
    'MY_LINK_PORT_7000_TCP_END=tcp://172.17.0.9:7002',
    'MY_LINK_PORT_7000_TCP_PORT_END=7002',
  ]);
});

test('the container’s own variables come last, so that they win', async () => {
  const own = { config: { Env: ['MY_LINK_NAME=own'] } };
  expect(await environment(l1(), own)).toEqual(['MY_LINK_NAME=/l2/my-link', 'MY_LINK_NAME=own']);
});

test('a link on a network that a user created gives no variables', async () => {
  await addOn(engine, 'front', l1(['80/tcp']));
  const links = { front: ['l1:db'] };
  const { record } = await addOn(engine, 'front', { ...l2, host: {}, links: links.front });
  expect(withLinkEnvironment(engine, record).config.Env).toEqual([]);
});
