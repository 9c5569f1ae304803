import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { output } from '../berth.ts';
import { removeContainers } from '../engine/shared-machine.ts';
import { inotifyImage } from './inotify-image.ts';

const [shared] = inject('shared');
const folder = join(shared, 'changes');
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
  const inotify = await inotifyImage();
  image = inotify.image;
  const watch = [...inotify.command, '-m', '-r', '--format', '%e %w%f', '/w'];
  watcher = spawn(
    process.execPath,
    [MAIN, 'run', '--rm', '--name', 'watcher', '-v', `${folder}:/w`, image, ...watch],
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
  await rm(folder, { recursive: true });
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
