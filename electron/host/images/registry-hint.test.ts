import { expect, it } from 'vitest';
import { HostError } from '../base/errors.ts';
import { withRegistryHint } from './registry-hint.ts';

const hintOf = (message: string, reference = 'me/app') =>
  (withRegistryHint(new HostError('engine', message), reference) as HostError).hint;

it.each([
  [
    "pull access denied for me/app, repository does not exist or may require 'docker login'",
    'log in to Docker Hub',
  ],
  ['manifest for me/app:9 not found: manifest unknown', 'Check the name and the tag'],
  [
    'Get "https://r.example/v2/": http: server gave HTTP response to HTTPS client',
    'insecure registries under Settings › Registries',
  ],
  ['Get "https://r.example/v2/": tls: failed to verify certificate: self-signed', 'certificate'],
  [
    'Get "https://r.example/v2/": dial tcp: lookup r.example: no such host',
    'Check your internet connection',
  ],
  ['unauthorized: incorrect username or password', 'Log in to Docker Hub again'],
  ['r.example refused: toomanyrequests: slow down', 'To raise the limit of'],
])('%s', (message, hint) => {
  expect(hintOf(message)).toContain(hint);
});

it('names the registry of the image', () => {
  expect(hintOf('unauthorized', 'r.example:5000/app')).toContain('log in to r.example:5000');
});

it('says nothing where it knows nothing', () => {
  expect(hintOf('blob is damaged')).toBeUndefined();
});
