import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { debianProgram } from '../../../guest-agent/store/testing/debian-program.ts';
import { output, spawnBerth } from '../berth.ts';
import { inContainer, removeContainers } from '../engine/shared-machine.ts';
import { inotifyImage } from './inotify-image.ts';

const [shared] = inject('shared');
const folder = join(shared, 'changes');
/** Mounted read-only. */
const looked = join(shared, 'looked-at');

/** The output of inotifywait in a container, and on this host: `EVENT path`. */
const inside: string[] = [];
const outside: string[] = [];
const watchers: ChildProcess[] = [];
let image: string;

/** Reading raises events too, on either side. These events are only about changes. */
const CHANGES = ['modify', 'attrib', 'close_write', 'move', 'create', 'delete'].flatMap((event) => [
  '-e',
  event,
]);

/** Resolves once the watcher has started. */
async function listen(child: ChildProcess, seen: string[]): Promise<void> {
  watchers.push(child);
  if (!child.stdout || !child.stderr) throw new Error('no pipes');
  createInterface({ input: child.stdout }).on('line', (line) => seen.push(line));
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.includes('Watches established')) ready.resolve();
  });
  child.once('exit', (code) => ready.reject(new Error(`inotifywait ended with ${code}`)));
  await ready.promise;
}

beforeAll(async () => {
  await mkdir(join(folder, 'src/deep'), { recursive: true });
  await writeFile(join(folder, 'src/deep/page'), 'first');
  await mkdir(join(looked, 'deep'), { recursive: true });
  await writeFile(join(looked, 'deep/page'), 'first');
  const inotify = await inotifyImage();
  image = inotify.image;
  const watch = ['-m', '-r', ...CHANGES, '--format', '%e %w%f'];
  const mounts = ['-v', `${folder}:/w`, '-v', `${looked}:/r:ro`];
  const command = ['run', '--rm', '--name', 'watcher', ...mounts, image, ...inotify.command];
  const inContainer = spawnBerth([...command, ...watch, '/w', '/r']);
  inContainer.stdin.end();
  await listen(inContainer, inside);
  const program = await debianProgram('inotify-tools', '/usr/bin/inotifywait');
  const here = spawn(program, [...watch, folder, looked], { stdio: ['ignore', 'pipe', 'pipe'] });
  await listen(here, outside);
});
afterAll(async () => {
  for (const watcher of watchers) watcher.removeAllListeners('exit');
  await removeContainers();
  for (const watcher of watchers) watcher.kill();
  await output('rmi', image);
  for (const each of [folder, looked]) await rm(each, { recursive: true });
});

/** The times of a file or folder, in nanoseconds. */
async function timesOf(path: string) {
  const { mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return { path, mtimeNs, ctimeNs };
}

test.each([
  ['for writing', folder],
  ['read-only', looked],
])('a folder that is mounted %s keeps the host’s changes', async (_, root) => {
  const deep = join(root, 'deep');
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'page'), 'first');
  await writeFile(join(deep, 'old'), 'old');
  await sleep(1_000);
  outside.length = 0;

  await appendFile(join(deep, 'page'), ', second');
  await writeFile(join(deep, 'new'), 'new');
  await promisify(execFile)('touch', ['-d', '2020-01-02 03:04:05.678901234Z', join(deep, 'new')]);
  await rename(join(deep, 'old'), join(deep, 'renamed'));
  await writeFile(join(deep, 'gone'), 'gone');
  await unlink(join(deep, 'gone'));
  await mkdir(join(root, 'fresh'));
  const left = [deep, ...['page', 'new', 'renamed'].map((name) => join(deep, name))];
  const before = await Promise.all([...left, root].map(timesOf));

  await sleep(3_000);
  expect(await Promise.all([...left, root].map(timesOf))).toEqual(before);
  const { mtimeNs } = await stat(join(deep, 'new'), { bigint: true });
  expect(mtimeNs % 1_000_000_000n).toBe(678_901_234n);
  expect(await readdir(deep)).toEqual(['new', 'page', 'renamed']);
  expect(outside).toEqual([
    `MODIFY ${deep}/page`,
    `CLOSE_WRITE,CLOSE ${deep}/page`,
    `CREATE ${deep}/new`,
    `MODIFY ${deep}/new`,
    `CLOSE_WRITE,CLOSE ${deep}/new`,
    // `touch` opens the file for writing.
    `ATTRIB ${deep}/new`,
    `CLOSE_WRITE,CLOSE ${deep}/new`,
    `MOVED_FROM ${deep}/old`,
    `MOVED_TO ${deep}/renamed`,
    `CREATE ${deep}/gone`,
    `MODIFY ${deep}/gone`,
    `CLOSE_WRITE,CLOSE ${deep}/gone`,
    `DELETE ${deep}/gone`,
    `CREATE,ISDIR ${root}/fresh`,
  ]);
});

test('a container sees the host’s changes when it reads, but gets no events', async () => {
  inside.length = 0;
  await appendFile(join(folder, 'src/deep/page'), ', second');
  await writeFile(join(folder, 'src/deep/made'), 'made');
  expect(await inContainer('cat /w/src/deep/page', '-v', `${folder}:/w`)).toBe('first, second');
  await inContainer('echo 1 > /w/src/deep/own', '-v', `${folder}:/w`);
  await vi.waitFor(() => expect(inside).toContain('CLOSE_WRITE,CLOSE /w/src/deep/own'));
  expect(inside.filter((line) => !line.endsWith('/own'))).toEqual([]);
});

test('containers get events for changes by other containers, at any depth', async () => {
  const script = [
    ...['echo 2 >> /w/src/deep/page', 'mv /w/src/deep/page /w/src/deep/moved'],
    ...['mkdir /w/src/more', 'mv /w/src/deep /w/src/lower', 'sleep 2'],
    ...['echo 3 > /w/src/lower/late', 'rm /w/src/lower/moved'],
  ];
  await inContainer(script.join(' && '), '-v', `${folder}:/w`);
  for (const line of [
    'MODIFY /w/src/deep/page',
    'MOVED_TO /w/src/deep/moved',
    'CREATE,ISDIR /w/src/more',
    'MOVED_TO,ISDIR /w/src/lower',
    'CLOSE_WRITE,CLOSE /w/src/lower/late',
    'DELETE /w/src/lower/moved',
  ]) {
    await vi.waitFor(() => expect(inside).toContain(line), { timeout: 5_000 });
  }
  expect(await readFile(join(folder, 'src/lower/late'), 'utf8')).toBe('3\n');
});
