import { expect, test } from 'vitest';
import { readFrontendRequest } from './request.ts';
import { checkSyntaxLine } from './syntax-line.ts';

test('reads what clients send', () => {
  const request = readFrontendRequest({
    filename: 'sub/File',
    target: 'x',
    'build-arg:A': '1',
    'label:l': 'v',
    'no-cache': 'one,Two',
    platform: 'linux/arm64',
    'image-resolve-mode': 'pull',
    'add-hosts': 'h=1.2.3.4,g=172.17.0.1',
    'shm-size': '67108864',
    ulimit: 'nofile=10:20,core=0',
    'force-network-mode': 'none',
    'local-sessionid:context': 'other',
    'context:Base': 'docker-image://box',
  });
  expect(request).toMatchObject({
    ...{ filename: 'sub/File', target: 'x', buildArgs: { A: '1' }, labels: { l: 'v' } },
    ...{ withoutCache: ['one', 'two'], alwaysPull: true },
    platforms: [{ os: 'linux', architecture: 'arm64' }],
    isMap: false,
  });
  expect(request.hostConfig).toMatchObject({
    ...{ NetworkMode: 'none', ShmSize: 67108864, ExtraHosts: ['h:1.2.3.4', 'g:172.17.0.1'] },
    Ulimits: [
      { Name: 'nofile', Soft: 10, Hard: 20 },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
  });
  expect([...request.sessions]).toEqual([['context', 'other']]);
  expect([...request.namedContexts]).toEqual([['base', 'docker-image://box']]);
});

test('without attributes, builds the whole Dockerfile with the cache', () => {
  expect(readFrontendRequest({})).toMatchObject({
    ...{ filename: 'Dockerfile', target: '', withoutCache: 'none', alwaysPull: false },
    ...{ dockerfileDirectory: 'dockerfile', contextDirectory: 'context', context: '' },
  });
  expect(readFrontendRequest({ 'no-cache': '' }).withoutCache).toBe('all');
});

test('several platforms have a result each, and one has it on request', () => {
  const several = readFrontendRequest({ platform: 'linux/amd64,linux/arm64,linux/amd64' });
  expect(several.platforms.map(({ architecture }) => architecture)).toEqual(['amd64', 'arm64']);
  expect(several.isMap).toBe(true);
  expect(readFrontendRequest({ platform: 'linux/amd64', 'multi-platform': 'true' }).isMap).toBe(
    true,
  );
});

test.each([
  '# syntax=docker/dockerfile:1\nFROM a',
  '#syntax = docker.io/docker/dockerfile-upstream:master-labs\nFROM a',
  `# escape=\`\n# syntax=docker/dockerfile:1.7@sha256:${'a'.repeat(64)}`,
  'FROM a\n# syntax=other/frontend',
  '# a comment\n# syntax=other/frontend',
])('accepts %j', (text) => {
  expect(() => checkSyntaxLine(text)).not.toThrow();
});

test.each(['# syntax=other/frontend:1', '# syntax=ghcr.io/docker/dockerfile'])(
  'refuses %j',
  (text) => {
    expect(() => checkSyntaxLine(text)).toThrow(
      "dockerfile parse error on line 1: Berth can't run the frontend",
    );
  },
);
