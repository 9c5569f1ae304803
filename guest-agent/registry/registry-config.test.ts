import { expect, test } from 'vitest';
import { parseRegistryConfig } from './registry-config.ts';

const encoded = (document: unknown) => Buffer.from(JSON.stringify(document)).toString('base64url');

test('finds credentials by registry, and Docker Hub’s by its old address', () => {
  const find = parseRegistryConfig(
    encoded({
      'https://index.docker.io/v1/': { username: 'me', password: 'p' },
      'localhost:5000': { identitytoken: 't' },
    }),
  );
  expect(find('docker.io')).toEqual({ kind: 'password', username: 'me', password: 'p' });
  expect(find('localhost:5000')).toEqual({ kind: 'refresh-token', token: 't' });
  expect(find('other')).toBeUndefined();
});

test('no header, and an invalid header', () => {
  expect(parseRegistryConfig(undefined)('docker.io')).toBeUndefined();
  expect(parseRegistryConfig(encoded(null))('docker.io')).toBeUndefined();
  expect(() => parseRegistryConfig('!')).toThrow('invalid X-Registry-Config header');
});
