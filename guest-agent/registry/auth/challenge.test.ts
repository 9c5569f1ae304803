import { expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';

test('reads what registries send', () => {
  expect(
    parseChallenges(
      'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
    ),
  ).toEqual([
    {
      scheme: 'bearer',
      parameters: {
        realm: 'https://auth.example/token',
        service: 'registry.example',
        scope: 'repository:a/b:pull,push',
      },
    },
  ]);
});

test('reads several challenges, bare words and escapes', () => {
  expect(parseChallenges('Basic realm="a \\"b\\"", BEARER Realm=x , service = y')).toEqual([
    { scheme: 'basic', parameters: { realm: 'a "b"' } },
    { scheme: 'bearer', parameters: { realm: 'x', service: 'y' } },
  ]);
});

test('parses as much as it can of malformed headers', () => {
  expect(parseChallenges('')).toEqual([]);
  expect(parseChallenges('"?"')).toEqual([]);
  expect(parseChallenges('Basic realm="open')).toEqual([{ scheme: 'basic', parameters: {} }]);
});
