import { expect, test } from 'vitest';
import { chooseMirrors, findMirrors } from './mirror.ts';

const targets = [
  'Elsewhere|nodistro|main|http://packages.example/node/',
  'Debian|bookworm-security|main|http://mirror.example/security/',
  'Debian|bookworm-updates|main|http://updates.example/debian/',
  'Debian|bookworm|contrib|http://other.example/debian/',
  'Debian|bookworm|main|http://mirror.example/debian/',
].join('\n');

test('the archives come from the host’s apt', () => {
  expect(chooseMirrors(targets)).toEqual({
    main: 'http://mirror.example/debian/',
    security: 'http://mirror.example/security/',
  });
});

test('without a Debian archive on the host, the error says what to do', () => {
  expect(() => chooseMirrors('Elsewhere|nodistro|main|http://packages.example/')).toThrow(
    'BERTH_DEBIAN_MIRROR',
  );
});

test('the environment variable takes precedence', async () => {
  const mirrors = await findMirrors({ BERTH_DEBIAN_MIRROR: 'http://own.example/debian' });
  expect(mirrors).toEqual({ main: 'http://own.example/debian', security: undefined });
});
