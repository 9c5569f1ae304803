import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withMode } from '../../electron/cli/testing/terminal.ts';
import { output, spawnBerth, terminal } from '../e2e/berth.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compose-test-'));
  file = join(folder, 'compose.yaml');
  await mkdir(join(folder, 'pages'));
  await writeFile(join(folder, 'pages/index.html'), 'first page\n');
  await writeFile(
    file,
    `name: site
services:
  page:
    image: busybox
    command: sh -c 'mkdir /www; exec httpd -f -p 8080 -h /www'
    init: true
    develop:
      watch: [{path: ./pages, action: sync, target: /www, initial_sync: true}]
`,
  );
  await output('pull', 'busybox');
  await output('compose', '-f', file, 'up', '-d');
});

afterAll(async () => {
  await output('compose', '-f', file, 'down', '-t', '0', '--remove-orphans');
  await rm(folder, { recursive: true });
});

/** What a command has printed so far; `prints` waits until it contains a text. */
function reading(child: ChildProcessWithoutNullStreams) {
  let printed = '';
  const add = (data: Buffer) => {
    printed += data.toString();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const prints = (text: string) =>
    vi.waitFor(() => expect(printed).toContain(text), { timeout: 60_000, interval: 10 });
  return { prints };
}

test('watch brings a change of a file to the page that a container serves within 2 seconds', async () => {
  const watching = spawnBerth(['compose', '-f', file, 'watch']);
  try {
    await reading(watching).prints('Watch enabled');
    const page = 'wget -q -O- http://127.0.0.1:8080/index.html';
    const loop = `${page}; until ${page} | grep second; do usleep 20000; done`;
    const words = ['compose', '-f', file, 'exec', '-T', 'page', 'sh', '-c', loop];
    const visitor = reading(spawnBerth(words));
    await visitor.prints('first page');
    const changed = performance.now();
    await writeFile(join(folder, 'pages/index.html'), 'second page\n');
    await visitor.prints('second page');
    const seconds = (performance.now() - changed) / 1000;
    console.log(`the page was served ${seconds.toFixed(2)} s after the change`);
    expect(seconds).toBeLessThan(2);
  } finally {
    watching.kill('SIGINT');
    if (watching.exitCode === null) await once(watching, 'exit');
  }
});

test.each([
  ['exec', 'exec page sh'],
  ['run', 'run --rm page sh'],
])('compose %s has a terminal with a size, its changes, and signals', async (_, words) => {
  const shell = terminal(withMode(`berth compose -f ${file} ${words}`));
  await shell.shows('# ');
  shell.type('tty; stty size\r');
  await shell.shows(/\/dev\/pts\/0\s+30 100/);
  shell.resize(120, 40);
  await vi.waitFor(
    async () => {
      shell.type('stty size\r');
      expect((await shell.shows(/\n(\d+ \d+)\r/))[1]).toBe('40 120');
    },
    { timeout: 20_000, interval: 100 },
  );
  shell.type('echo asleep; sleep 1000\r');
  await shell.shows(/\nasleep\r/);
  shell.type('\x03');
  await shell.shows('# ');
  shell.type('exit 5\r');
  await shell.shows('code 5, mode same');
});

test('compose run passes Ctrl-C on as a signal if the container has no terminal', async () => {
  const script = 'trap "echo interrupted; exit 9" INT; echo ready; while :; do sleep 0.1; done';
  const run = terminal(
    `trap : INT; ${withMode(`berth compose -f ${file} run --rm -T page sh -c '${script}'`)}`,
  );
  await run.shows('ready');
  run.type('\x03');
  await run.shows('interrupted');
  await run.shows('code 9, mode same');
});
