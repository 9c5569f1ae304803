import { expect, test } from 'vitest';
import { searchRegistry } from '../search.ts';
import { type Behaviour, startStandInRegistry } from '../testing/stand-in-registry.ts';
import { checkLogin, registryHost } from './login.ts';

async function withRegistry(
  behaviour: Partial<Behaviour>,
  act: (host: string, requests: readonly { readonly url: string }[]) => Promise<void>,
): Promise<void> {
  const registry = await startStandInRegistry({ images: {}, ...behaviour });
  try {
    await act(registry.host, registry.requests);
  } finally {
    await registry.stop();
  }
}

const { signal } = new AbortController();
const me = (password: string) => ({ kind: 'password' as const, username: 'me', password });

test.each([
  ['https://index.docker.io/v1/', 'docker.io'],
  ['', 'docker.io'],
  ['registry-1.docker.io', 'docker.io'],
  ['registry.example:5000', 'registry.example:5000'],
  ['http://registry.example/v2/', 'registry.example'],
])('the registry of the address "%s" is %s', (address, host) => {
  expect(registryHost(address)).toBe(host);
});

test('a login succeeds only with the right password', async () => {
  const auth = { username: 'me', password: 'right' };
  await withRegistry({ auth }, async (host) => {
    await checkLogin(host, me('right'), [], signal);
    await expect(checkLogin(host, me('wrong'), [], signal)).rejects.toMatchObject({
      code: 'unauthorized',
      message: `Get "https://${host}/v2/": unauthorized: incorrect username or password`,
    });
  });
});

test('a registry without authentication accepts any login', async () => {
  await withRegistry({}, (host) => checkLogin(host, me('any'), [], signal));
});

test('a search asks the registry in its term', async () => {
  const found = [
    { name: 'busybox', description: null, star_count: 3, is_official: true, is_automated: true },
    { name: 'me/app' },
  ];
  await withRegistry({ found }, async (host, requests) => {
    expect(await searchRegistry(`${host}/box`, 7, undefined, [], signal)).toEqual([
      { name: 'busybox', description: '', star_count: 3, is_official: true },
      { name: 'me/app', description: '', star_count: 0, is_official: false },
    ]);
    expect(requests.at(-1)?.url).toBe('/v1/search?q=box&n=7');
  });
});

test('reports a registry without search', async () => {
  await withRegistry({}, async (host) => {
    await expect(searchRegistry(`${host}/box`, 7, undefined, [], signal)).rejects.toThrow(
      'Unexpected status code 404',
    );
  });
});
