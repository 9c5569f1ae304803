import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { StandInBuildkit } from '../../../host/buildkit/testing/stand-in-buildkit.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { runWords } from '../../testing/run.ts';
import { standInContainer } from '../../testing/stand-in-container.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
  const configuration = join(socketDirectory(engine.socketPath), 'docker');
  await mkdir(configuration);
  const proxies = { default: { httpProxy: 'http://127.0.0.1:3128', noProxy: '.corp' } };
  await writeFile(join(configuration, 'config.json'), JSON.stringify({ proxies }));
});
afterEach(() => engine[Symbol.asyncDispose]());

const requestTo = (path: string) => engine.requests.find((request) => request.path === path);

test("containers get the proxies of Docker's configuration, unless a flag overrides them", async () => {
  standInContainer(engine, {}, async () => 0);
  await runWords(engine, ['create', '-e', 'NO_PROXY=.example', 'busybox']);
  expect(requestTo('/containers/create')?.body).toMatchObject({
    Env: [
      ...['NO_PROXY=.example', 'HTTP_PROXY=http://host.docker.internal:3128'],
      ...['http_proxy=http://host.docker.internal:3128', 'no_proxy=.corp'],
    ],
  });
});

test('builds get the proxies as arguments', async () => {
  const buildkit = new StandInBuildkit();
  buildkit.attach(engine);
  await runWords(engine, ['build', '--build-arg', 'http_proxy=http://mine', '-'], {
    stdin: 'FROM scratch\n',
  });
  const values = Object.entries(buildkit.builds[0]?.attributes ?? {});
  expect(Object.fromEntries(values.filter(([name]) => name.startsWith('build-arg:')))).toEqual({
    'build-arg:HTTP_PROXY': 'http://host.docker.internal:3128',
    'build-arg:http_proxy': 'http://mine',
    ...{ 'build-arg:NO_PROXY': '.corp', 'build-arg:no_proxy': '.corp' },
  });
});
