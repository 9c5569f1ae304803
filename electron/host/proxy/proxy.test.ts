import { expect, test } from 'vitest';
import { proxyForGuest, proxyOfEnvironment, reachableFromGuest } from './proxy.ts';

test('the environment names proxies in either case, and without a scheme', () => {
  expect(
    proxyOfEnvironment({
      HTTPS_PROXY: 'http://user:word@proxy.example:3128/',
      http_proxy: 'proxy.example:8080',
      no_proxy: 'localhost, .example,10.0.0.0/8 ',
    }),
  ).toEqual({
    http: 'http://proxy.example:8080',
    https: 'http://user:word@proxy.example:3128/',
    exclude: ['localhost', '.example', '10.0.0.0/8'],
  });
  expect(proxyOfEnvironment({ HTTP_PROXY: '' })).toEqual({ exclude: [] });
});

test('the error for an unusable proxy names only its variable', () => {
  const read = () => proxyOfEnvironment({ HTTPS_PROXY: 'socks5://me:secret@proxy.example' });
  expect(read).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(read).toThrow(/HTTPS_PROXY/);
  expect(read).not.toThrow(/secret/);
});

test.each([
  ['http://127.0.0.1:3128', 'http://host.docker.internal:3128'],
  ['http://me:word@localhost:3128/', 'http://me:word@host.docker.internal:3128/'],
  ['https://[::1]', 'https://host.docker.internal'],
  ['localhost:8080', 'host.docker.internal:8080'],
  ['http://localhost.example:3128', 'http://localhost.example:3128'],
  ['http://proxy.example:3128', 'http://proxy.example:3128'],
  ['http://127.0.0.1.example', 'http://127.0.0.1.example'],
])('the guest reaches %s as %s', (address, expected) => {
  expect(reachableFromGuest(address)).toBe(expected);
  expect(proxyForGuest({ https: address, exclude: ['a'] })).toEqual({
    ...{ https: expected, exclude: ['a'] },
  });
});
