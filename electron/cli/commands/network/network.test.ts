import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const output = async (line: string) => (await run(line)).stdout;
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;

const network = (Name: string, Id: string) => ({
  ...{ Name, Id: Id.repeat(8), Created: '2026-01-02T03:04:05.006Z', Scope: 'local' },
  ...{ Driver: 'bridge', EnableIPv6: false, Internal: false, Labels: { tier: Name } },
});

test('ls prints the same table as Docker, sorted by name', async () => {
  engine.json('GET /networks', [network('front', 'c0ffee00'), network('back', 'deadbeef')]);
  expect(await output('network ls')).toBe(
    lines(
      'NETWORK ID     NAME      DRIVER    SCOPE',
      'deadbeefdead   back      bridge    local',
      'c0ffee00c0ff   front     bridge    local',
    ),
  );
  expect(await output('network ls -q -f driver=bridge')).toBe(
    lines('deadbeefdead', 'c0ffee00c0ff'),
  );
  expect(engine.requests.at(-1)?.query).toEqual({ filters: '{"driver":["bridge"]}' });
  expect(await output('network list --format {{.Name}}={{.Internal}}')).toBe(
    lines('back=false', 'front=false'),
  );
});

test('create sends the same request as Docker, and prints the ID', async () => {
  engine.json('POST /networks/create', { Id: 'abc', Warning: '' }, 201);
  const flags = [
    ...['--subnet', '10.5.0.0/16', '--subnet', 'fd00:5::/64', '--ipv6', '--internal'],
    ...['--gateway', 'fd00:5::1', '--ip-range', '10.5.1.0/24', '--aux-address', 'router=10.5.0.9'],
    ...['--label', 'a=b', '-o', 'com.docker.network.driver.mtu=1400'],
  ];
  expect(await runWords(engine, ['network', 'create', ...flags, 'back'])).toEqual({
    exitCode: 0,
    stdout: 'abc\n',
    stderr: '',
  });
  expect(engine.requests[0]?.body).toEqual({
    Name: 'back',
    Driver: 'bridge',
    Internal: true,
    Attachable: false,
    EnableIPv4: true,
    EnableIPv6: true,
    IPAM: {
      Driver: 'default',
      Options: {},
      Config: [
        {
          Subnet: '10.5.0.0/16',
          IPRange: '10.5.1.0/24',
          AuxiliaryAddresses: { router: '10.5.0.9' },
        },
        { Subnet: 'fd00:5::/64', Gateway: 'fd00:5::1' },
      ],
    },
    Options: { 'com.docker.network.driver.mtu': '1400' },
    Labels: { a: 'b' },
  });
});

test('create rejects a gateway without a subnet', async () => {
  const { exitCode, stderr } = await run('network create --gateway 10.0.0.1 back');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('no matching subnet for "10.0.0.1"');
  expect(engine.requests).toEqual([]);
});

test('connect and disconnect', async () => {
  engine.json('POST /networks/back/connect', undefined);
  engine.json('POST /networks/back/disconnect', undefined);
  const line = 'network connect --alias db --ip 10.5.0.9 --link x:y --gw-priority -1 back web';
  expect(await run(line)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(engine.requests[0]?.body).toEqual({
    Container: 'web',
    EndpointConfig: {
      Aliases: ['db'],
      IPAMConfig: { IPv4Address: '10.5.0.9' },
      Links: ['x:y'],
      GwPriority: -1,
    },
  });
  expect((await run('network disconnect -f back web')).exitCode).toBe(0);
  expect(engine.requests[1]?.body).toEqual({ Container: 'web', Force: true });
});

test('rm continues after a failure; --force accepts a network that doesn’t exist', async () => {
  engine.json('DELETE /networks/a', undefined, 204);
  engine.json('DELETE /networks/b', { message: 'network b not found' }, 404);
  expect(await run('network rm b a')).toEqual({
    exitCode: 1,
    stdout: 'a\n',
    stderr: 'berth: network b not found\n',
  });
  expect(await run('network rm --force b')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test('prune asks first, then lists what it removed', async () => {
  engine.json('POST /networks/prune', { NetworksDeleted: ['back'] });
  engine.json('GET /prune', { Networks: [{ Id: '1', Name: 'back' }], SpaceReclaimed: 0 });
  const asked = await run('network prune', { stdin: 'n\n' });
  expect(asked.stdout).toContain(
    'all custom networks not used by at least one container:\n      back\n',
  );
  expect(engine.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /prune']);
  expect(await output('network prune -f --filter label=a')).toBe(
    lines('Deleted Networks:', 'back', ''),
  );
});

test('inspect only requests networks', async () => {
  engine.json('GET /networks/back', network('back', 'deadbeef'));
  expect(await output('network inspect -v --format {{.Name}} back')).toBe('back\n');
  expect((await run('network inspect nope')).exitCode).toBe(1);
  expect(engine.requests.map(({ path }) => path)).toEqual(['/networks/back', '/networks/nope']);
});
