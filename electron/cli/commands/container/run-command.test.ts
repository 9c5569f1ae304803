import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRequest } from '../../../api/run.ts';
import { quoteWords, runCommand } from '../../../api/run-command.ts';
import {
  type StandInEngine,
  startStandInEngine,
} from '../../../host/engine/testing/stand-in-engine.ts';
import { createRequest } from '../../../host/run/create-request.ts';
import { runWords } from '../../testing/run.ts';
import { standInContainer } from '../../testing/stand-in-container.ts';

let engine: StandInEngine;
beforeEach(async () => {
  engine = await startStandInEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const full: RunRequest = {
  image: 'nginx:1',
  name: 'web',
  entrypoint: '/bin/sh',
  command: ['-c', "echo 'hi there'"],
  tty: true,
  ports: [
    { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
    { hostPort: 8081, containerPort: 80, protocol: 'tcp' },
    { address: '127.0.0.1', hostPort: 53, containerPort: 53, protocol: 'udp' },
    { address: '::1', containerPort: 443, protocol: 'tcp' },
    { containerPort: 9000, protocol: 'tcp' },
  ],
  mounts: [
    { source: 'data', target: '/data', readOnly: true },
    { target: '/cache', readOnly: false },
  ],
  env: ['A=b=c', 'EMPTY='],
  labels: { team: 'blue' },
  memory: 512 * 1024 ** 2,
  cpus: 1.5,
  pids: 100,
  diskRead: 10 * 1024 ** 2,
  diskWrite: 1000,
  networkOut: 5e6,
  networkIn: 0.5e6,
  restart: 'on-failure',
  restartCount: 3,
  network: 'front',
  hostname: 'box',
  user: '1000:1000',
  workdir: '/srv',
  readOnly: true,
  privileged: true,
  init: true,
};

test.each<[string, RunRequest]>([
  ['nothing', { image: 'nginx', tty: false }],
  ['everything', full],
  ['removal at its end', { image: 'busybox', tty: true, autoRemove: true }],
  ['an endless restart', { image: 'busybox', tty: false, restart: 'unless-stopped' }],
])('the command shown for %s does what the screen does', async (_name, request) => {
  standInContainer(engine, {}, async () => 0);
  const [program, ...words] = runCommand(request);
  expect(program).toBe('berth');
  const outcome = await runWords(engine, words);
  expect(outcome.stderr).toBe('');
  const created = engine.requests.find(({ path }) => path === '/containers/create');
  expect(created?.body).toEqual(JSON.parse(JSON.stringify(createRequest(request))));
  expect(created?.query).toEqual(request.name === undefined ? {} : { name: request.name });
});

test('words are quoted for the shell of the system', () => {
  const words = ['berth', 'run', 'A=b c', "it's", ''];
  expect(quoteWords(words, 'linux')).toBe("berth run 'A=b c' 'it'\\''s' ''");
  expect(quoteWords(words, 'win32')).toBe("berth run 'A=b c' 'it''s' ''");
});
