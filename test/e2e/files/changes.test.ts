import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { output } from '../berth.ts';
import { inContainer, removeContainers } from '../engine/shared-machine.ts';
import { inotifyImage } from './inotify-image.ts';

const [shared] = inject('shared');
const folder = join(shared, 'changes');
/** Mounted read-only. */
const looked = join(shared, 'looked-at');
const MAIN = fileURLToPath(new URL('../../../electron/cli/main.ts', import.meta.url));

/** What inotifywait in a container has said: `EVENT path`. */
const seen: string[] = [];
let watcher: ChildProcess;
let image: string;

/** How long a change may take to be seen. */
const TIMELY_MS = 1_000;
const untilSeen = (pattern: RegExp) =>
  vi.waitFor(() => expect(seen.join('\n')).toMatch(pattern), { timeout: TIMELY_MS, interval: 10 });

beforeAll(async () => {
  await mkdir(join(folder, 'src/deep'), { recursive: true });
  await writeFile(join(folder, 'src/deep/page'), 'first');
  await mkdir(join(looked, 'deep'), { recursive: true });
  const inotify = await inotifyImage();
  image = inotify.image;
  const watch = [...inotify.command, '-m', '-r', '--format', '%e %w%f', '/w', '/r'];
  const mounts = ['-v', `${folder}:/w`, '-v', `${looked}:/r:ro`];
  watcher = spawn(
    process.execPath,
    [MAIN, 'run', '--rm', '--name', 'watcher', ...mounts, image, ...watch],
    { env: { ...process.env, BERTH_HOME: inject('home') }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ready = Promise.withResolvers<void>();
  if (!watcher.stdout || !watcher.stderr) throw new Error('no pipes');
  createInterface({ input: watcher.stdout }).on('line', (line) => seen.push(line));
  createInterface({ input: watcher.stderr }).on('line', (line) => {
    if (line.includes('Watches established')) ready.resolve();
  });
  await ready.promise;
});
afterAll(async () => {
  await removeContainers();
  watcher.kill();
  await output('rmi', image);
  for (const each of [folder, looked]) await rm(each, { recursive: true });
});

test('an edit on the host is seen in a container within a second, and changes nothing', async () => {
  await appendFile(join(folder, 'src/deep/page'), ', second');
  await untilSeen(/^MODIFY \/w\/src\/deep\/page$/m);
  await untilSeen(/^CLOSE_WRITE,CLOSE \/w\/src\/deep\/page$/m);
  expect(await readFile(join(folder, 'src/deep/page'), 'utf8')).toBe('first, second');
});

test('so are a new file and a new folder with what is in it', async () => {
  await writeFile(join(folder, 'src/deep/new'), 'new');
  await untilSeen(/^MODIFY \/w\/src\/deep\/new$/m);
  await mkdir(join(folder, 'src/more'));
  await writeFile(join(folder, 'src/more/file'), '');
  await untilSeen(/^MODIFY,ISDIR \/w\/src\/more$/m);
});

test('so are a removal and a rename, and nothing is left of the telling', async () => {
  await rm(join(folder, 'src/deep/new'));
  await untilSeen(/^DELETE\S* \/w\/src\/deep\/new$/m);
  await rename(join(folder, 'src/deep/page'), join(folder, 'src/deep/renamed'));
  await untilSeen(/^DELETE\S* \/w\/src\/deep\/page$/m);
  await untilSeen(/^MODIFY \/w\/src\/deep\/renamed$/m);
  await vi.waitFor(async () =>
    expect(await readdir(join(folder, 'src/deep'))).toEqual(['renamed']),
  );
});

test('so are folders that are renamed and removed, with what is in them', async () => {
  await mkdir(join(folder, 'src/one/two'), { recursive: true });
  await writeFile(join(folder, 'src/one/two/file'), '');
  await untilSeen(/^MODIFY,ISDIR \/w\/src\/one$/m);
  await rename(join(folder, 'src/one'), join(folder, 'src/moved'));
  await untilSeen(/^DELETE,ISDIR \/w\/src\/one$/m);
  await untilSeen(/^MODIFY,ISDIR \/w\/src\/moved$/m);
  await rm(join(folder, 'src/moved'), { recursive: true });
  await untilSeen(/^DELETE,ISDIR \/w\/src\/moved$/m);
});

test('a container that may only read is told too', async () => {
  await writeFile(join(looked, 'deep/file'), '1');
  await untilSeen(/^CLOSE_WRITE,CLOSE \/r\/deep\/file$/m);
  await rm(join(looked, 'deep/file'));
  await untilSeen(/^DELETE\S* \/r\/deep\/file$/m);
});

test('what a container changes is told of once', async () => {
  const write = 'echo 1 > /w/src/deep/own; rm /w/src/deep/own; echo 2 > /w/src/deep/kept';
  await inContainer(write, '-v', `${folder}:/w`);
  await untilSeen(/^CLOSE_WRITE,CLOSE \/w\/src\/deep\/kept$/m);
  // The host tells of changes in their order.
  await writeFile(join(folder, 'src/deep/last'), '');
  await untilSeen(/^CLOSE_WRITE,CLOSE \/w\/src\/deep\/last$/m);
  const told = (event: string, name: string) =>
    seen.filter((line) => line === `${event} /w/src/deep/${name}`).length;
  expect([told('DELETE', 'own'), told('DELETE,ISDIR', 'own')]).toEqual([1, 0]);
  expect(told('CLOSE_WRITE,CLOSE', 'kept')).toBe(1);
});
