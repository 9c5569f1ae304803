import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import type { ScreenHost } from '../screen-host.ts';
import { failureOf, next } from './answers.ts';
import { describeContainers } from './container-suite.ts';
import { describeLogs } from './log-suite.ts';
import { StandInEngine } from './stand-in-engine.ts';
import { standInHost } from './stand-in-host.ts';
import { StandInMachine } from './stand-in-machine.ts';
import { describeTerminals } from './terminal-suite.ts';
import { describeUsage } from './usage-suite.ts';

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

  describeContainers(() => ({ engine, client }));
  describeLogs(() => ({ engine, client }));
  describeUsage(() => ({ engine, client }));
  describeTerminals(() => ({ engine, client }));
}
