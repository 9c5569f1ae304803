import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { failureOf, next } from './answers.ts';
import type { StandInDesktop } from './stand-in-desktop.ts';

/** What a desktop app offers, over every transport. */
export function describeDesktop(
  setting: () => { client: ScreenClient; desktop: StandInDesktop },
): void {
  describe('desktop', () => {
    it('tells what it offers, and no more', async () => {
      expect(await setting().client.desktop.about()).toEqual({
        version: '1.0.0',
        startAtLogin: false,
        hasUpdates: true,
        hasDiagnostics: true,
        integrations: { dockerContext: 'absent' },
      });
    });

    it('starts at login, and puts its context into docker', async () => {
      const { client, desktop } = setting();
      await client.desktop.setStartAtLogin({ enabled: true });
      await client.desktop.integrate({ name: 'dockerContext', installed: true });
      expect(await client.desktop.about()).toMatchObject({
        startAtLogin: true,
        integrations: { dockerContext: 'present' },
      });
      await client.desktop.integrate({ name: 'dockerContext', installed: false });
      expect(desktop.contextState).toBe('absent');
      const missing = client.desktop.integrate({ name: 'command', installed: true });
      expect((await failureOf(missing)).data.code).toBe('invalid');
    });

    it('turns on what makes the VM fast, if that is off', async () => {
      const { client, desktop } = setting();
      expect(await client.machine.offersAcceleration()).toBe(false);
      desktop.isSlow = true;
      expect(await client.machine.offersAcceleration()).toBe(true);
      expect(await client.machine.turnOnAcceleration()).toContain('Restart Windows');
      expect(await client.machine.offersAcceleration()).toBe(false);
    });

    it('follows an update', async () => {
      const { client } = setting();
      const states = await client.desktop.updates();
      expect(await next(states)).toEqual({ state: 'unknown' });
      await client.desktop.checkForUpdates();
      expect(await next(states)).toEqual({ state: 'ready', version: '1.1.0' });
      await states.return();
    });

    it('saves diagnostics to the chosen file', async () => {
      const { client, desktop } = setting();
      await client.desktop.saveDiagnostics({ path: '/tmp/berth.tar.gz' });
      expect(desktop.savedTo).toBe('/tmp/berth.tar.gz');
    });
  });
}
