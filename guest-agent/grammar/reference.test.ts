import { expect, test } from 'vitest';
import {
  canonicalName,
  familiarName,
  familiarRepository,
  parseReference,
  withDefaultTag,
} from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  // Written, canonical, familiar.
  ['busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['busybox:1.36', 'docker.io/library/busybox:1.36', 'busybox:1.36'],
  ['library/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['docker.io/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['index.docker.io/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['docker.io/library/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['me/app:v2', 'docker.io/me/app:v2', 'me/app:v2'],
  ['a/b/c', 'docker.io/a/b/c:latest', 'a/b/c:latest'],
  ['library/a/b', 'docker.io/library/a/b:latest', 'library/a/b:latest'],
  ['quay.io/app', 'quay.io/app:latest', 'quay.io/app:latest'],
  ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app:latest'],
  ['host:5000/a/b:c', 'host:5000/a/b:c', 'host:5000/a/b:c'],
  ['[::1]:5000/app', '[::1]:5000/app:latest', '[::1]:5000/app:latest'],
  ['Host/app', 'Host/app:latest', 'Host/app:latest'],
  [`busybox@${DIGEST}`, `docker.io/library/busybox@${DIGEST}`, `busybox@${DIGEST}`],
  [`busybox:1@${DIGEST}`, `docker.io/library/busybox:1@${DIGEST}`, `busybox:1@${DIGEST}`],
  ['a_b/c.d_e__f---g', 'docker.io/a_b/c.d_e__f---g:latest', 'a_b/c.d_e__f---g:latest'],
  ['app:5000', 'docker.io/library/app:5000', 'app:5000'],
])('%s', (written, canonical, familiar) => {
  const reference = withDefaultTag(parseReference(written));
  expect(canonicalName(reference)).toBe(canonical);
  expect(familiarName(reference)).toBe(familiar);
  expect(parseReference(canonicalName(reference))).toEqual(reference);
  expect(withDefaultTag(parseReference(familiarName(reference)))).toEqual(reference);
});

test.each([
  '',
  ':tag',
  'Busybox',
  'busybox:',
  'busybox:ta g',
  `busybox:${'x'.repeat(129)}`,
  'a//b',
  '/a',
  'a/',
  '-a',
  'a..b',
  'a@sha256:123',
  `a@sha512:${'a'.repeat(128)}`,
  `a@${DIGEST}@${DIGEST}`,
  'host:port/a',
  '../../etc/passwd',
  'a/../b',
  'a'.repeat(256),
  'a'.repeat(64).replace(/a/g, 'f'),
])('refuses %j', (written) => {
  expect(() => parseReference(written)).toThrow(/invalid reference format/);
});

test('the error for capital letters says that names must be lowercase', () => {
  expect(() => parseReference('me/App')).toThrow('repository name (me/App) must be lowercase');
});

test('shows the shortest name of a repository', () => {
  expect(familiarRepository(parseReference('docker.io/library/busybox:1'))).toBe('busybox');
  expect(familiarRepository(parseReference('quay.io/me/app'))).toBe('quay.io/me/app');
});
