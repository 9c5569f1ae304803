import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import type { WatchEvent } from '../../../api/file-watches.ts';
import type { ScreenClient } from '../../../api/router.ts';
import { ProjectEngine } from '../../compose/testing/project-engine.ts';
import { failureOf, next } from './answers.ts';
import type { Connect } from './screen-suite.ts';
import { standInHost } from './stand-in-host.ts';
import { StandInMachine } from './stand-in-machine.ts';

const TEXT = 'services:\n  web: {image: busybox}\n  db: {image: redis}\n';

/** What every transport must carry of projects and builds. */
export function describeProjects(connect: Connect): void {
  let engine: ProjectEngine;
  let client: ScreenClient;
  let disconnect: () => Promise<void>;
  let directory: string;
  let file: string;

  beforeEach(async () => {
    engine = await ProjectEngine.start();
    const home = socketDirectory(engine.socket);
    directory = join(home, 'shop');
    file = join(directory, 'compose.yaml');
    await mkdir(directory);
    await writeFile(file, TEXT);
    const connection = await connect(standInHost(engine, new StandInMachine(engine.socket)));
    client = connection.client;
    disconnect = connection.close;
  });

  afterEach(async () => {
    await disconnect();
    await engine.close();
  });

  async function done(events: Promise<AsyncIterable<{ text: string; name: string }>>) {
    const seen: string[] = [];
    for await (const { name, text } of await events) seen.push(`${name} ${text}`);
    return seen;
  }

  describe('projects', () => {
    it('shows a file that was opened, and what runs of it', async () => {
      const lists = await client.projects.watch();
      expect(await next(lists)).toEqual([]);
      await client.projects.open({ file });
      expect(await next(lists)).toMatchObject([
        { name: 'shop', files: [file], remembered: true, containers: [] },
      ]);
      expect(await done(client.projects.up({ files: [file] }))).toContain('shop-web-1 Started');
      let list = await next(lists);
      while (list[0]?.containers.every(({ state }) => state === 'running') !== true) {
        list = await next(lists);
      }
      expect(list[0]?.containers.map(({ name }) => name).sort()).toContain('shop-web-1');
      await lists.return();
    });

    it('says what is wrong with a text, and refuses to apply it', async () => {
      const edited = { files: [file], file, text: `${TEXT}colour: red\n` };
      const { problems } = await client.projects.check(edited);
      expect(problems).toEqual([
        {
          severity: 'error',
          file,
          line: 4,
          message: "additional properties 'colour' not allowed",
        },
      ]);
      expect((await failureOf(client.projects.plan(edited))).data.code).toBe('invalid');
      expect(await readFile(file, 'utf8')).toBe(TEXT);
    });

    it('says what applying a text would do, and saves it', async () => {
      await done(client.projects.up({ files: [file] }));
      const text = TEXT.replace('busybox', 'busybox, user: "1"').replace(/ {2}db.*\n/, '');
      expect(await client.projects.plan({ files: [file], file, text })).toEqual([
        {
          action: 'recreate',
          kind: 'container',
          name: 'shop-web-1',
          reason: 'its configuration changed',
        },
        {
          action: 'remove',
          kind: 'container',
          name: 'shop-db-1',
          reason: 'its service is no longer in the Compose file',
        },
      ]);
      await client.projects.save({ file, text });
      const opened = await client.projects.text({ file });
      expect(opened.text).toBe(text);
      const { version } = await client.projects.save({ ...opened, file, text: `${text}#` });
      const stale = client.projects.save({ file, text, version: opened.version });
      expect((await failureOf(stale)).data.code).toBe('conflict');
      expect(await client.projects.text({ file })).toEqual({ text: `${text}#`, version });
      const elsewhere = { file: join(directory, 'notes.txt'), text };
      expect((await failureOf(client.projects.save(elsewhere))).data.code).toBe('invalid');
    });

    it('removes, rebuilds and scales one service', async () => {
      await done(client.projects.up({ files: [file] }));
      const removed = await done(client.projects.remove({ name: 'shop', services: ['web'] }));
      expect(removed).toContain('shop-web-1 Removed');
      expect(engine.states()).toEqual(['shop-db-1 running']);
      const scale = { files: [file], services: ['web'], noDeps: true, scale: { web: 2 } };
      await done(client.projects.up(scale));
      expect(engine.states()).toContain('shop-web-2 running');
      const pull = { files: [file], services: ['cache'] };
      const failure = await failureOf(done(client.projects.pull(pull)));
      expect(failure.message).toBe('No such service: cache');
    });

    it('runs the hooks of the file, and stops a project whose file is broken', async () => {
      const hook = ', pre_stop: [{command: ["echo", "bye"]}]';
      await writeFile(file, TEXT.replace('busybox', `busybox${hook}`));
      const hooks = () =>
        engine.fake.requests.filter(({ path }) => /^\/containers\/[^/]+\/exec$/.test(path)).length;
      await done(client.projects.up({ files: [file] }));
      await done(client.projects.stop({ name: 'shop', files: [file] }));
      expect(hooks()).toBe(1);
      await done(client.projects.start({ name: 'shop', files: [file] }));
      await writeFile(file, 'services: [');
      await done(client.projects.stop({ name: 'shop', files: [file], services: ['web'] }));
      expect(hooks()).toBe(1);
      expect(engine.states()).toEqual(['shop-db-1 running', 'shop-web-1 exited']);
    });

    it('tells what the file says of a service', async () => {
      const dependent = TEXT.replace('busybox', 'busybox, depends_on: [db], networks: [front]');
      await writeFile(file, `${dependent}networks: {front: {}}\n`);
      const { services } = await client.projects.read({ files: [file] });
      expect(services.find(({ name }) => name === 'web')).toEqual({
        ...{ name: 'web', image: 'busybox', replicas: 1, builds: false, watches: false },
        dependsOn: [{ service: 'db', condition: 'service_started' }],
        networks: ['front'],
      });
    });

    it('takes a project down', async () => {
      await done(client.projects.up({ files: [file] }));
      const options = { name: 'shop', volumes: false, images: false };
      expect(await done(client.projects.down(options))).toContain('shop_default Removed');
      expect(engine.states()).toEqual([]);
    });

    it('sends the lines of all containers', async () => {
      await done(client.projects.up({ files: [file] }));
      const batches = await client.projects.logs({ name: 'shop', tail: 10 });
      const lines: string[] = [];
      let hasAll = false;
      while (!hasAll) {
        const batch = await next(batches);
        for (const { container, text } of batch.lines) lines.push(`${container}: ${text}`);
        hasAll = batch.caughtUp;
      }
      expect(lines).toHaveLength(4);
      expect(lines).toContain('web-1: shop-web-1 is ready');
      await batches.return();
    });

    it('shows in the log of a project which container has none, beside the other logs', async () => {
      await writeFile(file, TEXT.replace('busybox', 'busybox, logging: {driver: none}'));
      await done(client.projects.up({ files: [file] }));
      const batches = await client.projects.logs({ name: 'shop', tail: 10 });
      const lines: string[] = [];
      while (lines.length < 3) {
        for (const { container, text } of (await next(batches)).lines)
          lines.push(`${container}: ${text}`);
      }
      expect(lines.sort()).toEqual([
        'db-1: listening on port 80',
        'db-1: shop-db-1 is ready',
        'web-1: Can\'t retrieve logs for "shop-web-1": configured logging driver does not support reading',
      ]);
      await batches.return();
    });

    it('writes a template once, and never over a file', async () => {
      const template = 'one-service' as const;
      const failure = await failureOf(client.projects.create({ directory, template }));
      expect(failure.message).toContain(file);
      expect(await readFile(file, 'utf8')).toBe(TEXT);
      const fresh = join(directory, 'fresh');
      await mkdir(fresh);
      const files = await client.projects.create({ directory: fresh, template });
      expect((await client.projects.read({ files })).problems).toEqual([]);
    });
  });

  describe('file watches', () => {
    const watched = async () => {
      await writeFile(
        file,
        `services:\n  web:\n    image: busybox\n    develop:\n      watch:\n        - {path: ./src, action: sync, target: /}\n`,
      );
      await mkdir(join(directory, 'src'));
    };

    /** The events of the only watch, newest first, when `isLast` says so of the last one. */
    async function until(isLast: (event: WatchEvent) => boolean): Promise<WatchEvent[]> {
      for await (const [watch] of await client.fileWatches.watch()) {
        const events = watch?.entries.map(({ event }) => event) ?? [];
        if (events[0] && isLast(events[0])) return events;
      }
      throw new Error('the watches ended');
    }

    it('copies what changes until the project is taken down', async () => {
      await watched();
      await done(client.fileWatches.start({ files: [file] }));
      expect(engine.states()).toEqual(['shop-web-1 running']);
      await writeFile(join(directory, 'src', 'page.html'), 'hello');
      const synced = {
        ...{ type: 'action', action: 'sync', state: 'done', services: ['web'], files: 1 },
      };
      expect(await until((event) => event.type === 'action' && event.state === 'done')).toEqual([
        synced,
        { type: 'started' },
      ]);
      await done(client.projects.down({ name: 'shop', volumes: false, images: false }));
      const [end] = await until(({ type }) => type === 'ended');
      expect(end).toEqual({ type: 'ended', reason: 'project-down' });
    });

    it('stops, and tells why nothing can be watched', async () => {
      const failure = await failureOf(done(client.fileWatches.start({ files: [file] })));
      expect(failure.message).toContain('None of the selected services is configured for watch');
      await watched();
      await done(client.fileWatches.start({ files: [file] }));
      await client.fileWatches.stop({ project: 'shop' });
      const [end] = await until(({ type }) => type === 'ended');
      expect(end).toEqual({ type: 'ended', reason: 'stopped' });
      expect(engine.states()).toEqual(['shop-web-1 running']);
    });
  });

  describe('one command of a service', () => {
    const size = { columns: 80, rows: 24 };
    const target = (command: string) => ({
      ...{ kind: 'one-off' as const, files: [file], service: 'web', command },
      ...{ noDeps: false, servicePorts: false },
    });

    it('runs in a container of its own after those that it depends on, and is removed', async () => {
      await writeFile(file, TEXT.replace('busybox', 'busybox, depends_on: [db]'));
      let output = '';
      let exitCode: number | undefined;
      const process = target("sh -c 'echo hello; exit 3'");
      for await (const event of await client.terminal.open({ process, ...size })) {
        if (event.type === 'output') output += event.text;
        if (event.type === 'exited') exitCode = event.exitCode;
      }
      expect(output).toMatch(/shop-db-1 {2}Started[\s\S]*hello\r\n/);
      expect(exitCode).toBe(3);
      await vi.waitFor(() => expect(engine.states()).toEqual(['shop-db-1 running']));
    });

    it('ends with its terminal', async () => {
      const events = await client.terminal.open({ process: target(''), ...size });
      for await (const event of events) {
        if (event.type === 'output' && event.text.includes('listening')) break;
      }
      await vi.waitFor(() => expect(engine.states()).toEqual([]), { timeout: 20_000 });
    });

    it('refuses an unfinished command, and a service that the file does not have', async () => {
      const run = async (process: ReturnType<typeof target>) => {
        for await (const _ of await client.terminal.open({ process, ...size }));
      };
      expect((await failureOf(run(target("echo 'a")))).message).toContain('quote');
      const missing = { ...target('echo'), service: 'cache' };
      expect((await failureOf(run(missing))).message).toBe('No such service: cache');
    });
  });

  describe('builds', () => {
    it('tells the steps and keeps a record', async () => {
      await writeFile(join(directory, 'Dockerfile'), 'FROM busybox AS base\nARG A=1\nRUN make\n');
      expect(await client.builds.folder({ directory })).toEqual({
        dockerfiles: ['Dockerfile'],
        stages: ['base'],
        args: [{ name: 'A', value: '1' }],
      });
      engine.buildkit.script = async ({ job }) => {
        const vertex = job.vertex('[1/1] RUN make');
        vertex.output('stdout', Buffer.from('made\n'));
        vertex.complete();
        return undefined;
      };
      const events = [];
      for await (const event of await client.builds.start({ directory, tag: 'app' })) {
        events.push(event);
      }
      // The engine may tell of the begin and the end of a step at once.
      expect(new Set(events.map(({ type }) => type))).toEqual(
        new Set(['begun', 'step', 'output', 'ended']),
      );
      expect(events.at(-1)).toMatchObject({ type: 'ended', build: { result: 'built' } });
      const listed = async () => {
        for await (const builds of await client.builds.watch()) return builds;
        return [];
      };
      const [build] = await listed();
      expect(build).toMatchObject({
        name: 'app',
        result: 'built',
        request: { directory, tag: 'app' },
      });
      const { id = '' } = build ?? {};
      const followed = [];
      for await (const event of await client.builds.follow({ id })) followed.push(event);
      expect(followed).toContainEqual(
        expect.objectContaining({ step: expect.objectContaining({ line: 3, state: 'done' }) }),
      );
      await client.builds.forget({ id });
      expect(await listed()).toEqual([]);
      const gone = async () => {
        for await (const _ of await client.builds.follow({ id }));
      };
      expect((await failureOf(gone())).data.code).toBe('invalid');
    });

    it('counts the cache and clears it', async () => {
      const cache = [{ ID: 'a', Size: 2_500_000, InUse: false }];
      engine.fake.answer('GET /system/df', { BuildCache: cache });
      engine.fake.answer('POST /build/prune', { SpaceReclaimed: 2_500_000 });
      expect(await client.builds.cache()).toEqual({
        ...{ entries: 1, size: 2_500_000, reclaimable: 2_500_000 },
      });
      expect(await client.builds.pruneCache()).toEqual({ reclaimed: 2_500_000 });
    });
  });
}
