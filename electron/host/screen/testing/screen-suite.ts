import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { type FeedServer, startFeedServer } from '../../vm-image/testing/feed-server.ts';
import type { ScreenHost } from '../screen-host.ts';
import { failureOf, next } from './answers.ts';
import { describeContainers } from './container-suite.ts';
import { describeDesktop } from './desktop-suite.ts';
import { describeFiles } from './files-suite.ts';
import { describeHostTerminals } from './host-terminal-suite.ts';
import { describeImages } from './images-suite.ts';
import { describeLogs } from './log-suite.ts';
import { describeMachine } from './machine-suite.ts';
import { describeNetworks } from './networks-suite.ts';
import { describeNotices } from './notices-suite.ts';
import { describeRegistries } from './registries-suite.ts';
import { describeRunning } from './run-suite.ts';
import { ScreenEngine } from './screen-engine.ts';
import { describeSettings } from './settings-suite.ts';
import { StandInDesktop } from './stand-in-desktop.ts';
import { standInHost } from './stand-in-host.ts';
import { StandInMachine } from './stand-in-machine.ts';
import { describeTerminals } from './terminal-suite.ts';
import { describeUsage } from './usage-suite.ts';
import { describeVmImage } from './vm-image-suite.ts';
import { describeVolumes } from './volumes-suite.ts';

/** How a screen is connected to a host, over one transport. */
export type Connect = (
  host: ScreenHost,
) => Promise<{ client: ScreenClient; close(): Promise<void> }>;

/** What every transport must carry: the whole contract over an engine and a machine. */
export function describeScreen(connect: Connect): void {
  let engine: ScreenEngine;
  let machine: StandInMachine;
  let client: ScreenClient;
  let disconnect: () => Promise<void>;
  let desktop: StandInDesktop;
  let feed: FeedServer;

  beforeEach(async () => {
    engine = await ScreenEngine.start();
    machine = new StandInMachine(engine.socket);
    desktop = new StandInDesktop();
    feed = await startFeedServer();
    const host = standInHost(engine, machine, { BERTH_VM_IMAGE_FEED: feed.address });
    const connection = await connect({ ...host, ...desktop.parts });
    client = connection.client;
    disconnect = connection.close;
  });

  afterEach(async () => {
    await disconnect();
    await feed[Symbol.asyncDispose]();
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
      expect(failure.message).toBe("The VM didn't start: no answer over SSH");
      expect(failure.data).toEqual({ code: 'machine-failed', hint: 'see `berth machine console`' });
    });
  });

  describeContainers(() => ({ engine, client }));
  describeLogs(() => ({ engine, client }));
  describeUsage(() => ({ engine, client }));
  describeImages(() => ({ engine, client }));
  describeRunning(() => ({ engine, client, machine }));
  describeTerminals(() => ({ engine, client }));
  describeFiles(() => ({ engine, client }));
  describeVolumes(() => ({ engine, client }));
  describeNetworks(() => ({ engine, client }));
  describeHostTerminals(() => ({ machine, client }));
  describeMachine(() => ({ engine, machine, client }));
  describeVmImage(() => ({ feed, client }));
  describeSettings(() => ({ machine, client }));
  describeRegistries(() => ({ engine, client }));
  describeNotices(() => ({ engine, machine, client }));
  describeDesktop(() => ({ client, desktop }));
}
