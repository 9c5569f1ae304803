import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { HostError } from '../../base/errors.ts';
import { readContainerPath } from '../../engine/archives.ts';
import { up } from '../apply/up.ts';
import { loadProject } from '../file/load.ts';
import type { Project } from '../file/project.ts';
import { ProjectEngine } from '../testing/project-engine.ts';
import { projectHost } from '../testing/project-host.ts';
import { projectOf } from '../testing/project-of.ts';
import { watchRules } from './rules.ts';
import { watchProject } from './watch.ts';

let engine: ProjectEngine;
let directory: string;
let stop: AbortController;
let ended: Promise<void> | undefined;
let said: string[];
let warned: string[];
let written: string;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  directory = join(socketDirectory(engine.socket), 'shop');
  await mkdir(join(directory, 'src'), { recursive: true });
  stop = new AbortController();
  ended = undefined;
  [said, warned, written] = [[], [], ''];
  engine.fake.program('reload', (process) => {
    process.write('stdout', 'reloaded\n');
    return 0;
  });
});

afterEach(async () => {
  stop.abort();
  // A test that expects an error has seen it.
  await ended?.catch(() => {});
  await engine.close();
});

interface Trigger {
  readonly path: string;
  readonly action: string;
  readonly [key: string]: unknown;
}

/** Starts a service that is watched, and then watches. */
async function begin(triggers: readonly Trigger[], service: object = {}): Promise<Project> {
  const file = join(directory, 'compose.yaml');
  const web = { image: 'busybox', command: 'service', ...service, develop: { watch: triggers } };
  await writeFile(file, JSON.stringify({ services: { web } }));
  const { project } = await loadProject({ files: [file], env: {} });
  if (!project) throw new Error('the project has mistakes');
  const host = projectHost(engine);
  await up(host, project, { env: {} }, () => {}, stop.signal);
  ended = watchProject(
    {
      ...{ host, project, services: [], prune: true, env: {}, report: () => {} },
      say: (line) => said.push(line),
      warn: (text) => warned.push(text),
      output: (data) => {
        written += data;
      },
    },
    stop.signal,
  );
  await Promise.race([ended, vi.waitFor(() => expect(said).toContain('Watch enabled'), within)]);
  return project;
}

const within = { timeout: 20_000 };

/** The text of a file in the container. Undefined if there is none. */
async function inContainer(path: string): Promise<string | undefined> {
  const { engine: client } = projectHost(engine);
  const id = engine.idOf('shop-web-1') ?? '';
  try {
    const { tar } = await readContainerPath(client, id, path);
    let text = '';
    const entries = extract();
    entries.on('entry', (_, content, next) => {
      content.on('data', (data) => {
        text += String(data);
      });
      content.on('end', next);
    });
    await pipeline(tar, entries as unknown as Writable);
    return text;
  } catch (error) {
    if (error instanceof HostError && error.status === 404) return undefined;
    throw error;
  }
}

const eventually = (path: string, text: string | undefined) =>
  vi.waitFor(async () => expect(await inContainer(path)).toBe(text), within);

const put = (path: string, text: string) => writeFile(join(directory, path), text);

it('copies new and changed files into the container, and removes those that are gone', async () => {
  await begin([{ path: './src', action: 'sync', target: '/app', ignore: ['tmp/'] }]);
  await put('src/a', 'one');
  await eventually('/app/a', 'one');
  await put('src/a', 'two');
  await eventually('/app/a', 'two');
  await mkdir(join(directory, 'src/deep/er'), { recursive: true });
  await mkdir(join(directory, 'src/tmp'));
  await put('src/tmp/no', 'ignored');
  await put('src/deep/er/b', 'b');
  await eventually('/app/deep/er/b', 'b');
  await rm(join(directory, 'src/a'));
  await eventually('/app/a', undefined);
  expect(await inContainer('/app/tmp/no')).toBeUndefined();
  expect(said).toContain('Syncing service "web" after 1 changes were detected');
  expect(warned).toEqual([]);
});

it('sees a path that appears later, and runs a command after the copy', async () => {
  const exec = { command: 'reload' };
  await begin([{ path: './conf', action: 'sync+exec', target: '/conf', exec }]);
  await mkdir(join(directory, 'conf'));
  await put('conf/c', 'new');
  await eventually('/conf/c', 'new');
  await vi.waitFor(() => expect(written).toContain('reloaded'), within);
});

it('restarts a container', async () => {
  await begin([{ path: './src', action: 'sync+restart', target: '/app' }]);
  engine.done.length = 0;
  await put('src/a', 'one');
  await vi.waitFor(() => expect(said).toContain('service(s) ["web"] restarted'), within);
  expect(engine.done).toEqual(['stop shop-web-1', 'start shop-web-1']);
  expect(await inContainer('/app/a')).toBe('one');
});

it('builds the image again and replaces the container', async () => {
  await put('Dockerfile', 'FROM scratch');
  const build = { build: '.', image: 'busybox' };
  await begin([{ path: './src', action: 'rebuild' }], build);
  const builds = engine.buildkit.builds.length;
  const before = engine.idOf('shop-web-1');
  await put('src/a', 'one');
  await vi.waitFor(() => {
    expect(engine.buildkit.builds.length).toBe(builds + 1);
    expect(engine.states()).toEqual(['shop-web-1 running']);
    expect(engine.idOf('shop-web-1')).not.toBe(before);
  }, within);
  expect(said).toContain('service(s) ["web"] successfully built');
});

it('continues after a build that fails', async () => {
  await put('Dockerfile', 'FROM scratch');
  await begin([{ path: './src', action: 'rebuild' }], { build: '.', image: 'busybox' });
  engine.buildkit.script = async () => {
    throw new Error('no such file');
  };
  await put('src/a', 'one');
  await vi.waitFor(() => expect(warned.join()).toContain('Error handling changed files'), within);
  engine.buildkit.script = async () => undefined;
  await put('src/a', 'two');
  await vi.waitFor(() => expect(said).toContain('service(s) ["web"] successfully built'), within);
});

it('initial_sync copies the files that are newer than the image', async () => {
  await put('src/new', 'new');
  await put('src/old', 'old');
  // The image has no time of creation, so it counts as from 1970.
  const before = new Date(-86_400_000);
  await utimes(join(directory, 'src/old'), before, before);
  const initial_sync = true;
  await begin([{ path: './src', action: 'sync', target: '/app', initial_sync }]);
  await eventually('/app/new', 'new');
  expect(await inContainer('/app/old')).toBeUndefined();
});

it('leaves out what the build leaves out', async () => {
  await put('.dockerignore', 'src/secret\n');
  await put('Dockerfile', 'FROM scratch');
  const build = { build: '.', image: 'busybox' };
  await begin([{ path: './src', action: 'sync', target: '/app' }], build);
  await put('src/secret', 'hush');
  await put('src/a', 'one');
  await eventually('/app/a', 'one');
  expect(await inContainer('/app/secret')).toBeUndefined();
  expect(await readFile(join(directory, 'src/secret'), 'utf8')).toBe('hush');
});

it.each([
  [
    [],
    {},
    "none of the selected services is configured for watch, consider setting a 'develop' section",
  ],
  [
    [{ path: '.', action: 'rebuild' }],
    {},
    `can't watch service "web" with action rebuild without a build context`,
  ],
] as const)('says what can not work: %j', async (triggers, service, message) => {
  await expect(begin(triggers, service)).rejects.toThrow(message);
});

it('a bind mount needs no copies', async () => {
  const project = await projectOf(`
services:
  web:
    image: busybox
    volumes: [./src:/app]
    develop: {watch: [{path: ./src/a, action: sync, target: /app/a}, {path: ./x, action: restart}]}`);
  const rules = await watchRules(project, new Set(['web']), (text) => warned.push(text));
  expect(rules.map(({ trigger }) => trigger.action)).toEqual(['restart']);
  expect(warned.join()).toContain('also declared by a bind mount volume');
});
