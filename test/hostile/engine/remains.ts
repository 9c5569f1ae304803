import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PAYLOAD } from '../archives/archive.ts';

const run = promisify(execFile);

/** What an engine must not leave behind. */
export interface Remains {
  /** What has changed since the last call and shouldn't have. Empty if all is well. */
  look(): Promise<string[]>;
}

/** Where an archive could reach on this host. Deeper places belong to others. */
const HOST = ['/', '/tmp', '/etc', '/root', '/home', '/var/lib', '/usr/lib', '/run'] as const;

/**
 * Watches the file systems of the engine (whose first process is `pid`) and of this host, and what the
 * engine holds: mounts, processes, network namespaces and partial files in `data`.
 */
export async function watchRemains(pid: number, directory: string): Promise<Remains> {
  const root = `/proc/${pid}/root`;
  const marker = join(directory, 'marker');
  const held = async () => [
    ...(await mountsOf(pid)),
    ...(await processesOf(root)),
    ...(await names(`${root}/run/netns`)).map((name) => `network namespace ${name}`),
    ...(await partial(join(directory, 'data'))),
  ];
  const mark = () => writeFile(marker, '');
  const known = new Set(await held());
  await mark();
  return {
    async look() {
      const [fresh, changed, escaped] = await Promise.all([
        settled(held, known),
        // The change time of a file can't be set, unlike its other times.
        find([root, '-xdev', '-cnewer', marker, '-not', '-path', `${root}/tmp`]),
        escapedFiles(root),
      ]);
      await mark();
      return [
        ...fresh,
        ...changed.map((path) => `changed: ${path.slice(root.length)}`),
        ...escaped.map((path) => `written: ${path}`),
      ];
    },
  };
}

/** What is held and wasn't, once the engine had time to tidy up. */
async function settled(held: () => Promise<string[]>, known: Set<string>): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const fresh = (await held()).filter((each) => !known.has(each));
    if (fresh.length === 0 || tries === 50) return fresh.map((each) => `left: ${each}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function escapedFiles(root: string): Promise<string[]> {
  const name = ['-name', `*${PAYLOAD}*`];
  const [engine, host] = await Promise.all([
    find([...['/run', '/tmp', '/etc', '/dev/shm'].map((path) => root + path), ...name]),
    find([...HOST, '-maxdepth', '1', ...name]),
  ]);
  return [...engine, ...host];
}

async function find(args: readonly string[]): Promise<string[]> {
  const { stdout } = await run('find', args, { maxBuffer: 16 << 20 }).catch(
    // Processes and files vanish while they are looked for.
    (error: { stdout: string }) => error,
  );
  return stdout.split('\n').filter(Boolean);
}

async function mountsOf(pid: number): Promise<string[]> {
  const table = await readFile(`/proc/${pid}/mountinfo`, 'utf8');
  return table
    .split('\n')
    .filter(Boolean)
    .map((line) => `mount ${line.split(' ')[4]}`);
}

/** Without threads of the kernel and what comes and goes: each is named with its number. */
async function processesOf(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const id of await names(`${root}/proc`)) {
    if (!/^\d+$/.test(id)) continue;
    const command = await readFile(`${root}/proc/${id}/cmdline`, 'latin1').catch(() => '');
    // The engine keeps networks of builds for a while, for the next one. Each is held by such a process.
    if (command !== '' && command !== 'cat\0')
      found.push(`process ${id} ${command.replaceAll('\0', ' ').slice(0, 80)}`);
  }
  return found;
}

async function partial(data: string): Promise<string[]> {
  const paths = await find([data, '-maxdepth', '3', '-name', 'partial-*']);
  return paths.map((path) => `partial ${path.slice(data.length)}`);
}

async function names(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
