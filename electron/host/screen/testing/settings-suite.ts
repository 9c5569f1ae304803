import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { appliedSettings } from '../../settings/applied.ts';
import { failureOf, next } from './answers.ts';
import type { StandInMachine } from './stand-in-machine.ts';

/** Settings of the machine and of the app, over every transport. */
export function describeSettings(
  setting: () => { machine: StandInMachine; client: ScreenClient },
): void {
  describe('settings', () => {
    it('reach every screen that looks at them', async () => {
      const { client } = setting();
      const states = await client.settings.watch();
      expect(await next(states)).toMatchObject({ app: { theme: 'system' }, pending: [] });
      await client.settings.updateApp({ theme: 'dark' });
      expect(await next(states)).toMatchObject({ app: { theme: 'dark', onboarded: true } });
      await client.settings.updateMachine({ memoryMiB: 3072 });
      expect(await next(states)).toMatchObject({ machine: { memoryMiB: 3072 } });
      await states.return();
    });

    it('say which of them the running machine does not have yet', async () => {
      const { client, machine } = setting();
      const states = await client.settings.watch();
      const { machine: chosen } = await next(states);
      machine.set({ applied: appliedSettings(chosen) });
      await client.settings.updateMachine({
        memoryMiB: 4096,
        registryMirrors: ['https://m.example'],
      });
      expect(await next(states)).toMatchObject({ pending: ['memoryMiB', 'registryMirrors'] });
      machine.set({ adjusting: true });
      expect(await next(states)).toMatchObject({ pending: ['registryMirrors'] });
      await client.machine.stop();
      expect(await next(states)).toMatchObject({ pending: [] });
      await states.return();
    });

    it('go back to the proxies of the environment', async () => {
      const { client } = setting();
      const states = await client.settings.watch();
      await next(states);
      const proxy = { https: 'http://proxy.example:3128', exclude: ['.example'] };
      await client.settings.updateMachine({ proxy });
      expect((await next(states)).machine.proxy).toEqual(proxy);
      await client.settings.updateMachine({ proxy: null });
      expect((await next(states)).machine).not.toHaveProperty('proxy');
      await states.return();
    });

    it('refuse what is not allowed', async () => {
      const { client } = setting();
      const refused = await failureOf(client.settings.updateMachine({ cpus: 0 }));
      expect(refused.data.code).toBe('invalid');
    });
  });
}
