import { expect, test } from 'vitest';
import { checkAsk, createRequest, hostFolders } from './create-request.ts';
import { parseExtraHost } from './extra-host.ts';
import { parseLink } from './link.ts';
import { formatRestartPolicy, parseRestartPolicy } from './restart-policy.ts';
import { runCommand } from './run-command.ts';
import { formatUlimit, parseUlimit } from './ulimit.ts';
import { parseVolume } from './volume.ts';

test('requests only the given settings', () => {
  expect(createRequest({ image: 'x', host: { Memory: undefined }, volumes: [], env: [] })).toEqual({
    ...{ Image: 'x', Labels: {}, Tty: false, OpenStdin: false, StdinOnce: false },
    ...{ AttachStdin: false, AttachStdout: false, AttachStderr: false },
    HostConfig: { AutoRemove: false },
  });
});

test('links belong to the endpoint of a user-defined network', () => {
  const links = ['db'];
  const asked = (name: string) => createRequest({ image: 'x', networks: [{ name }], links });
  expect(asked('front')).toMatchObject({
    NetworkingConfig: { EndpointsConfig: { front: { Links: links } } },
  });
  expect(asked('front').HostConfig).not.toHaveProperty('Links');
  expect(asked('bridge').HostConfig?.Links).toEqual(links);
  expect(asked('bridge')).not.toHaveProperty('NetworkingConfig');
});

test('lists the host folders with their indexes', () => {
  const volumes = ['data:/a', '/b', '/srv:/c:ro', 'C:\\me:/d'].map(parseVolume);
  const mounts = [
    { Type: 'volume' as const, Source: 'v', Target: '/e' },
    { Type: 'bind' as const, Source: '/home', Target: '/f' },
  ];
  expect(hostFolders({ image: 'x', volumes, mounts })).toEqual([
    { path: '/srv', index: 2 },
    { path: 'C:\\me', index: 3 },
    { path: '/home', index: 1 },
  ]);
});

test('a container that is removed when it exits can’t have a restart policy', () => {
  const asked = (restart: string) => ({
    ...{ image: 'x', autoRemove: true, restart: parseRestartPolicy(restart) },
  });
  expect(() => checkAsk(asked('always'))).toThrow(expect.objectContaining({ field: 'restart' }));
  expect(() => checkAsk(asked('no'))).not.toThrow();
});

test.each(['always', 'unless-stopped', 'on-failure', 'on-failure:3'])('restart %s', (text) => {
  expect(formatRestartPolicy(parseRestartPolicy(text))).toBe(text);
});

test.each(['', 'sometimes', 'always:3', 'on-failure:x'])('refuses to restart "%s"', (text) => {
  expect(() => parseRestartPolicy(text)).toThrow(`restart policy "${text}" is not one of`);
});

test.each([
  ['nofile=10:20', { Name: 'nofile', Soft: 10, Hard: 20 }],
  ['core=-1', { Name: 'core', Soft: -1, Hard: -1 }],
])('ulimit %s', (text, limit) => {
  expect(parseUlimit(text)).toEqual(limit);
  expect(formatUlimit(limit)).toBe(text);
});

test.each([
  ['db:10.0.0.1', 'db:10.0.0.1'],
  ['db=10.0.0.1', 'db:10.0.0.1'],
  ['six:fd00::1', 'six:fd00::1'],
  ['six=[fd00::1]', 'six:fd00::1'],
])('converts the host %s to the engine’s form', (text, expected) => {
  expect(parseExtraHost(text)).toBe(expected);
});

test('rejects hosts and ulimits with missing parts', () => {
  for (const text of ['db', ':1.1.1.1', 'db:']) {
    expect(() => parseExtraHost(text)).toThrow(`bad format for add-host: "${text}"`);
  }
  expect(() => parseUlimit('nofile')).toThrow('expected NAME=SOFT[:HARD]');
});

test('reads links in the forms of users and of engines', () => {
  expect(parseLink('db')).toEqual({ target: 'db', alias: 'db' });
  expect(parseLink('/db:/web/database')).toEqual({ target: 'db', alias: 'database' });
});

test("an empty entrypoint takes the image's away, and is shown so", () => {
  const request = createRequest({ image: 'x', entrypoint: [], command: ['ls'] });
  expect(request).toMatchObject({ Entrypoint: [], Cmd: ['ls'] });
  expect(runCommand({ program: 'docker', request }).join(' ')).toMatch(
    /--entrypoint(=| )(''|) ?x ls$/,
  );
});
