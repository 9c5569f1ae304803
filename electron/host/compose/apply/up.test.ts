import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import type { ProjectEvent } from '../../../api/project-events.ts';
import { projectLogs } from '../logs.ts';
import { ProjectEngine } from '../testing/project-engine.ts';
import { projectHost } from '../testing/project-host.ts';
import { projectOf } from '../testing/project-of.ts';
import type { ComposeHost } from './compose-host.ts';
import { down } from './down.ts';
import { restart, stop } from './lifecycle.ts';
import { type UpOptions, up } from './up.ts';

let engine: ProjectEngine;
let host: ComposeHost;
let events: ProjectEvent[];
const signal = new AbortController().signal;

beforeEach(async () => {
  engine = await ProjectEngine.start();
  host = projectHost(engine);
  events = [];
});

afterEach(() => engine.close());

const TEXT = `
services:
  web: {image: busybox, depends_on: {db: {condition: service_healthy}}, scale: 2}
  db: {image: redis, healthcheck: {test: "true", interval: 50ms}, volumes: ["data:/data"]}
volumes: {data: }
`;

const report = (event: ProjectEvent) => events.push(event);

const bringUp = async (text = TEXT, options: Partial<UpOptions> = {}, abort = signal) =>
  up(host, await projectOf(text), { env: {}, ...options }, report, abort);

it('makes and starts everything, dependencies first', async () => {
  await bringUp();
  expect(engine.states()).toEqual([
    'shop-db-1 running',
    'shop-web-1 running',
    'shop-web-2 running',
  ]);
  const { done } = engine;
  expect(done.slice(0, 2)).toEqual(['network shop_default', 'volume shop_data']);
  expect(done.indexOf('start shop-db-1')).toBeLessThan(done.indexOf('start shop-web-1'));
  expect(events).toContainEqual({
    ...{ kind: 'container', name: 'shop-db-1', state: 'done', text: 'Healthy' },
  });
});

it('does nothing at all where a folder is in no shared one', async () => {
  const text = TEXT.replace('["data:/data"]', '["/elsewhere/data:/data"]');
  await expect(bringUp(text)).rejects.toThrow(
    `"${resolve('/elsewhere/data')}" isn't in a shared folder`,
  );
  expect(engine.done).toEqual([]);
});

it('does nothing the second time', async () => {
  await bringUp();
  engine.done.length = 0;
  await bringUp();
  expect(engine.done).toEqual([]);
});

it('puts a changed container in the place of the old one, and leaves the others', async () => {
  await bringUp();
  const old = engine.idOf('shop-db-1');
  engine.done.length = 0;
  await bringUp(TEXT.replace('redis,', 'redis, user: "1",'));
  expect(engine.states()).toEqual([
    'shop-db-1 running',
    'shop-web-1 running',
    'shop-web-2 running',
  ]);
  expect(engine.idOf('shop-db-1')).not.toBe(old);
  expect(engine.done).toEqual([
    `create ${old?.slice(0, 12)}_shop-db-1`,
    'stop shop-db-1',
    'destroy shop-db-1',
    'rename shop-db-1',
    'start shop-db-1',
  ]);
});

it('keeps the old container when the new one is refused', async () => {
  await bringUp();
  await engine.fake.images.remove('redis', true);
  const changed = TEXT.replace('redis,', 'redis, user: "1", pull_policy: never,');
  await expect(bringUp(changed)).rejects.toThrow('No such image: redis');
  expect(engine.states()).toContain('shop-db-1 running');
});

it('pulls what is missing and builds what is to be built', async () => {
  await bringUp('services: {a: {image: nginx}}');
  expect(engine.done).toContain('pull nginx');
  expect(engine.states()).toEqual(['shop-a-1 running']);
});

it('does not start what waits for something that fails', async () => {
  let code = 3;
  engine.fake.program('job', () => code);
  const text =
    'services: {a: {image: busybox, depends_on: {job: {condition: service_completed_successfully}}}, job: {image: busybox, command: job}}';
  await expect(bringUp(text)).rejects.toThrow(
    'service "job" didn\'t complete successfully: exit 3',
  );
  expect(engine.states()).toEqual(['shop-a-1 created', 'shop-job-1 exited']);
  code = 0;
  await bringUp(text);
  expect(engine.states()).toEqual(['shop-a-1 running', 'shop-job-1 exited']);
});

it('stops between two steps when it is cancelled, and continues later', async () => {
  const cancel = new AbortController();
  const held = Promise.withResolvers<void>();
  engine.fake.inject('POST /containers/*/start', { kind: 'hold', until: held.promise });
  const running = bringUp(TEXT, {}, cancel.signal);
  await vi.waitUntil(() => events.some(({ text }) => text === 'Starting'));
  cancel.abort();
  held.resolve();
  await expect(running).rejects.toThrow();
  expect(engine.states()).toEqual([
    'shop-db-1 running',
    'shop-web-1 created',
    'shop-web-2 created',
  ]);
  await bringUp();
  expect(engine.states()).toEqual([
    'shop-db-1 running',
    'shop-web-1 running',
    'shop-web-2 running',
  ]);
});

it('brings up only what is asked for, with what it needs', async () => {
  await bringUp(TEXT, { services: ['db'] });
  expect(engine.states()).toEqual(['shop-db-1 running']);
  await expect(bringUp(TEXT, { services: ['nothing'] })).rejects.toThrow(
    'no such service: nothing',
  );
});

it('warns of orphans, and removes them when asked to', async () => {
  await bringUp();
  const without =
    'services: {db: {image: redis, healthcheck: {test: "true", interval: 50ms}, volumes: ["data:/data"]}}\nvolumes: {data: }';
  await bringUp(without);
  expect(events.find(({ state }) => state === 'warning')?.text).toContain(
    'Found orphan containers',
  );
  await bringUp(without, { removeOrphans: true });
  expect(engine.states()).toEqual(['shop-db-1 running']);
});

const noVolumeRemoval = onWindows('the engine removes volumes with libc’s functions');

it.skipIf(noVolumeRemoval)(
  'takes a project down, what depends on others first, and keeps its data',
  async () => {
    await bringUp();
    engine.done.length = 0;
    await down(host.engine, 'shop', {}, report, signal);
    expect(engine.states()).toEqual([]);
    expect(engine.networks()).toEqual([]);
    expect(engine.volumes()).toEqual(['shop_data']);
    expect(engine.done.indexOf('stop shop-web-1')).toBeLessThan(
      engine.done.indexOf('stop shop-db-1'),
    );
    await down(host.engine, 'shop', { volumes: true }, report, signal);
    expect(engine.volumes()).toEqual([]);
  },
);

it('stops and restarts in order', async () => {
  await bringUp();
  await stop(host.engine, 'shop', {}, report, signal);
  expect(engine.states()).toEqual(['shop-db-1 exited', 'shop-web-1 exited', 'shop-web-2 exited']);
  engine.done.length = 0;
  await restart(host.engine, 'shop', {}, report, signal);
  expect(engine.done[0]).toBe('start shop-db-1');
  await expect(stop(host.engine, 'other', {}, report, signal)).rejects.toThrow(
    'no such project: other',
  );
});

it('restarts a service only when those that it waits for are healthy again', async () => {
  const text =
    'services: {web: {image: busybox, depends_on: {db: {condition: service_healthy}}}, db: {image: redis, healthcheck: {test: "true", interval: 50ms}}}';
  await bringUp(text);
  const project = await projectOf(text);
  events.length = 0;
  await restart(host.engine, 'shop', { project }, report, signal);
  const texts = events.map(({ name, text }) => `${name} ${text}`);
  const healthy = texts.indexOf('shop-db-1 Healthy');
  expect(healthy).toBeGreaterThan(texts.indexOf('shop-db-1 Started'));
  expect(healthy).toBeLessThan(texts.indexOf('shop-web-1 Restarting'));
});

it('merges the logs of all containers, each line with its container', async () => {
  await bringUp();
  const lines: string[] = [];
  await projectLogs(
    ...([host.engine, 'shop', { services: ['web'] }] as const),
    ({ container, text }) => lines.push(`${container} ${text}`),
    signal,
  );
  expect(lines.sort()).toEqual([
    'web-1 listening on port 80',
    'web-1 shop-web-1 is ready',
    'web-2 listening on port 80',
    'web-2 shop-web-2 is ready',
  ]);
});
