import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testEngine } from '../../engine/testing/test-engine.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { readJson } from '../request-body.ts';
import { Router } from '../router.ts';
import { containerIoRoutes } from './containers-io.ts';
import { containerLifecycleRoutes } from './containers-lifecycle.ts';
import { execRoutes } from './exec.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let router: Router;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  router = new Router([
    ...containerLifecycleRoutes(engine),
    ...containerIoRoutes(engine),
    ...execRoutes(engine),
  ]);
});
afterEach(() => directory[Symbol.asyncDispose]());

/** The error of a request about containers, from an engine without containers. */
async function refusal(method: string, url: string, document: object = {}): Promise<unknown> {
  const { pathname, searchParams: query } = new URL(url, 'http://engine');
  const { route, params } = router.find(method, pathname);
  const request = {
    ...{ params, query },
    json: (schema) => readJson(Readable.from([Buffer.from(JSON.stringify(document))]), schema),
  } as Parameters<typeof route.handle>[0];
  return await route.handle(request).catch(({ code, message }) => [code, message]);
}

test.each([
  [
    'POST',
    '/containers/create',
    { HostConfig: { Privileged: true } },
    ['invalid', 'config cannot be empty in order to create a container'],
  ],
  ['POST', '/containers/x/wait?condition=soon', {}, ['invalid', 'invalid condition: "soon"']],
  [
    'POST',
    '/containers/x/kill',
    {},
    ['not-found', 'cannot kill container: x: No such container: x'],
  ],
  [
    'POST',
    '/containers/x/resize?h=1&w=wide',
    {},
    ['invalid', 'invalid resize width "wide": invalid syntax'],
  ],
  ['POST', '/containers/x/exec', { Cmd: [] }, ['invalid', 'No exec command specified']],
  ['POST', '/containers/x/exec', { Cmd: ['ls'] }, ['not-found', 'No such container: x']],
  ['GET', '/containers/x/attach/ws', {}, ['not-found', 'No such container: x']],
])('%s %s of %j is rejected in Docker’s words', async (method, url, document, said) => {
  expect(await refusal(method, url, document)).toEqual(said);
});
