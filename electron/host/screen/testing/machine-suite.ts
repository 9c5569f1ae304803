import { writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import packageFile from '../../../../package.json' with { type: 'json' };
import type { ScreenClient } from '../../../api/router.ts';
import { dockerHost } from '../../docker-cli/docker-context.ts';
import { next } from './answers.ts';
import { diskUsage } from './disk-usage.ts';
import type { ScreenEngine } from './screen-engine.ts';
import type { StandInMachine } from './stand-in-machine.ts';

/** The Machine page and the disk's use, over every transport. */
export function describeMachine(
  setting: () => { engine: ScreenEngine; machine: StandInMachine; client: ScreenClient },
): void {
  describe('machine details', () => {
    it('describes the engine, the host, and the VM', async () => {
      const { client, machine } = setting();
      const details = await client.machine.details();
      expect(details).toMatchObject({
        engineSocket: machine.engineSocket,
        dockerHost: dockerHost(machine.engineSocket),
        versions: {
          engine: packageFile.version,
          system: expect.stringMatching(/^Berth machine/),
          kernel: release(),
        },
      });
      expect((await client.machine.hostResources()).cpus).toBeGreaterThan(0);
      await client.machine.stop();
      expect(await client.machine.details()).not.toHaveProperty('versions');
    });

    it('restarts by way of a stop, and can be killed', async () => {
      const { client } = setting();
      const states = await client.machine.watch();
      await next(states);
      const restarting = client.machine.restart();
      expect(await next(states)).toMatchObject({ state: 'stopped' });
      expect(await next(states)).toMatchObject({ state: 'running' });
      expect(await restarting).toMatchObject({ state: 'running' });
      await client.machine.kill();
      expect(await next(states)).toMatchObject({ state: 'stopped' });
      await states.return();
    });

    it('suspends, and a start resumes it', async () => {
      const { client } = setting();
      await client.machine.suspend();
      expect(await client.machine.status()).toMatchObject({ state: 'suspended' });
      expect(await client.machine.start()).toMatchObject({ state: 'running' });
    });
  });

  describe('machine use', () => {
    it('is measured in the machine, again and again', { timeout: 15_000 }, async () => {
      const usage = await setting().client.machine.usage();
      const { cpu, memory, memoryTotal } = await next(usage);
      expect(cpu).toBeGreaterThanOrEqual(0);
      expect(cpu).toBeLessThanOrEqual(1);
      expect(memory).toBeGreaterThan(0);
      expect(memoryTotal).toBeGreaterThan(memory);
      await usage.return();
    });
  });

  describe('disk', () => {
    it('tells what takes the room, and what of it nothing uses', async () => {
      const { engine, client } = setting();
      engine.fake.answer('GET /system/df', diskUsage);
      const use = await client.disk.usage();
      expect(use.map(({ kind }) => kind)).toEqual([
        'images',
        'containers',
        'volumes',
        'buildCache',
      ]);
      expect(use[0]).toMatchObject({ total: 2, active: 1, reclaimable: 40_000_000 });
      expect(use[2]).toMatchObject({ size: 17_000_000, reclaimable: 5_000_000 });
    });

    it.skipIf(onWindows('the engine needs du'))('gives back what nothing uses', async () => {
      const { engine, client } = setting();
      // A volume without a name of the user's.
      const { name } = await engine.fake.engine.volumes.create('');
      await writeFile(join(engine.volumeRoot(name), 'file'), Buffer.alloc(500_000, 'x'));
      const { [name]: size } = await client.volumes.sizes();
      expect(size).toBeGreaterThanOrEqual(500_000);
      expect(await client.disk.prunePreview({ kind: 'volumes' })).toEqual({
        ...{ going: [{ name, size }], staying: [], bytes: size },
      });
      expect(await client.disk.prune({ kind: 'volumes' })).toEqual({ reclaimed: size });
      expect(await client.volumes.list()).toEqual([]);
    });
  });
}
