import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import type { ScreenHost } from '../screen-host.ts';
import { failureOf, next } from './answers.ts';
import { StandInEngine } from './stand-in-engine.ts';
import { standInHost } from './stand-in-host.ts';
import { StandInMachine } from './stand-in-machine.ts';
import { describeTerminals } from './terminal-suite.ts';

/** How a screen is connected to a host, over one transport. */
export type Connect = (
  host: ScreenHost,
) => Promise<{ client: ScreenClient; close(): Promise<void> }>;

/** What every transport must carry: the whole contract over an engine and a machine. */
export function describeScreen(connect: Connect): void {
  let engine: StandInEngine;
  let machine: StandInMachine;
  let client: ScreenClient;
  let disconnect: () => Promise<void>;

  beforeEach(async () => {
    engine = await StandInEngine.start();
    machine = new StandInMachine(engine.socket);
    const connection = await connect(standInHost(engine, machine));
    client = connection.client;
    disconnect = connection.close;
  });

  afterEach(async () => {
    await disconnect();
    await engine.close();
  });

  describe('machine', () => {
    it('shows the state and each change of it', async () => {
      const states = await client.machine.watch();
      expect(await next(states)).toMatchObject({ state: 'running', cpus: 2 });
      await client.machine.stop();
      expect(await next(states)).toMatchObject({ state: 'stopped' });
      machine.set({ state: 'starting', step: 'kernel' });
      expect(await next(states)).toMatchObject({ state: 'starting', step: 'kernel' });
      await states.return();
    });

    it('says why a start failed, with a hint', async () => {
      machine.set({ state: 'failed' });
      const failure = await failureOf(client.machine.start());
      expect(failure.message).toBe('The machine did not start: no answer over SSH');
      expect(failure.data).toEqual({ code: 'machine-failed', hint: 'see `berth machine console`' });
    });
  });

  describe('containers', () => {
    it('lists what runs and what has ended', async () => {
      const running = engine.addContainer({ image: 'busybox:latest', tty: true, name: 'one' });
      engine.startContainer(running);
      const ended = engine.addContainer({ image: 'hello-world:latest', name: 'two' });
      engine.startContainer(ended);
      engine.addContainer({ image: 'alpine:3.22', name: 'three' });

      const [third, second, first] = await client.containers.list();
      expect(first).toMatchObject({
        id: running,
        name: 'one',
        state: 'running',
        interactive: true,
      });
      expect(Date.parse(first?.startedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
      expect(second).toMatchObject({ id: ended, state: 'exited', exitCode: 0 });
      expect(third).toMatchObject({ name: 'three', state: 'created' });
      expect(third).not.toHaveProperty('exitCode');
    });

    it('follows the engine when something else changes it', async () => {
      const lists = await client.containers.watch();
      expect(await next(lists)).toEqual([]);
      await vi.waitUntil(() => engine.listeners === 1);
      engine.addContainer({ image: 'busybox:latest', name: 'elsewhere' });
      expect(await next(lists)).toMatchObject([{ name: 'elsewhere', state: 'created' }]);
      await lists.return();
    });

    it('stops listening when the screen stops watching', async () => {
      const lists = await client.containers.watch();
      await next(lists);
      await vi.waitUntil(() => engine.listeners === 1);
      await lists.return();
      await vi.waitUntil(() => engine.listeners === 0);
      expect(engine.listeners).toBe(0);
    });

    it('tells a watching screen that the engine went away', async () => {
      const lists = await client.containers.watch();
      await next(lists);
      const failure = failureOf(next(lists));
      await vi.waitUntil(() => engine.listeners === 1);
      await engine.close();
      expect((await failure).data.code).toBe('connection');
    });

    it('runs, stops, starts and removes one', async () => {
      engine.addImage('busybox:latest');
      const { id } = await client.containers.run({ image: 'busybox', name: 'box', tty: true });
      expect(await client.containers.list()).toMatchObject([{ name: 'box', state: 'running' }]);
      await client.containers.stop({ id });
      expect(await client.containers.list()).toMatchObject([{ state: 'exited', exitCode: 137 }]);
      await client.containers.start({ id });
      expect((await failureOf(client.containers.remove({ id, force: false }))).data).toEqual({
        code: 'conflict',
      });
      await client.containers.remove({ id, force: true });
      expect(await client.containers.list()).toEqual([]);
    });

    it('says which image is missing', async () => {
      const failure = await failureOf(client.containers.run({ image: 'nowhere', tty: true }));
      expect(failure).toMatchObject({
        message: 'No such image: nowhere:latest',
        data: { code: 'not-found' },
      });
    });

    it('refuses a request that breaks the contract', async () => {
      const failure = await failureOf(client.containers.run({ image: '', tty: true }));
      expect(failure.data).toEqual({ code: 'invalid' });
    });
  });

  describe('images', () => {
    it('pulls one, tells how it goes, and lists it', async () => {
      const progress = [];
      for await (const step of await client.images.pull({ reference: 'busybox' })) {
        progress.push(step);
      }
      const total = 4_261_574;
      expect(progress[0]).toEqual({ status: 'Downloading', current: total / 4, total });
      expect(progress.at(-1)).toEqual({ status: 'Pull complete', current: total, total });
      expect(await client.images.list()).toMatchObject([
        { reference: 'busybox:latest', size: total },
      ]);
    });

    it('says why a pull failed', async () => {
      const pull = await client.images.pull({ reference: 'no/such:thing' });
      const failure = await failureOf(next(pull));
      expect(failure.message).toBe('Manifest for no/such:thing not found');
    });

    it('removes one, but not under a running container', async () => {
      engine.addImage('busybox:latest');
      const { id } = await client.containers.run({ image: 'busybox:latest', tty: true });
      const request = { reference: 'busybox:latest', force: false };
      expect((await failureOf(client.images.remove(request))).data.code).toBe('conflict');
      await client.containers.remove({ id, force: true });
      await client.images.remove(request);
      expect(await client.images.list()).toEqual([]);
    });
  });

  describeTerminals(() => ({ engine, client }));
}
