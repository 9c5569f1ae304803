import { afterEach, beforeEach, expect, test } from 'vitest';
import { addOn } from '../../engine/containers/testing/container-on-network.ts';
import { testEngine } from '../../engine/testing/test-engine.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { Router } from '../router.ts';
import { containerInfoRoutes } from './containers-info.ts';
import { containerLifecycleRoutes } from './containers-lifecycle.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let router: Router;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  router = new Router([...containerLifecycleRoutes(engine), ...containerInfoRoutes(engine)]);
  await addOn(engine, 'bridge', { name: 'l1', address: '172.17.0.2' });
  const host = { Links: ['l1:mylink'] };
  await addOn(engine, 'bridge', { name: 'l2', address: '172.17.0.3', host });
});
afterEach(() => directory[Symbol.asyncDispose]());

async function call(method: string, url: string): Promise<unknown> {
  const { pathname, searchParams: query } = new URL(url, 'http://engine');
  const { route, params } = router.find(method, pathname);
  const request = { params, query, version: '1.45' } as Parameters<typeof route.handle>[0];
  const reply = await route.handle(request);
  return reply.kind === 'json' ? reply.body : reply.kind === 'empty' && reply.status;
}

async function listedNames(): Promise<string[][]> {
  const listed = (await call('GET', '/containers/json')) as { Names: string[] }[];
  return listed.map(({ Names }) => Names).sort();
}

test('a linked container is listed and found under the name of the link, until it is removed', async () => {
  expect(await listedNames()).toEqual([['/l1', '/l2/mylink'], ['/l2']]);
  expect(await call('GET', '/containers/l2/mylink/json')).toMatchObject({ Name: '/l1' });
  expect(await call('GET', '/containers/l2/json')).toMatchObject({
    HostConfig: { Links: ['/l1:/l2/mylink'] },
  });

  expect(await call('DELETE', '/containers/l2/mylink?link=1')).toBe(204);
  expect(await listedNames()).toEqual([['/l1'], ['/l2']]);
  expect(await call('GET', '/containers/l2/json')).toMatchObject({ HostConfig: { Links: null } });
  await expect(call('GET', '/containers/l2/mylink/json')).rejects.toThrow(
    'No such container: l2/mylink',
  );
});
