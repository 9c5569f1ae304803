import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { failureOf } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** Logins at registries, over every transport. */
export function describeRegistries(
  setting: () => { engine: ScreenEngine; client: ScreenClient },
): void {
  describe('registries', () => {
    it('logs in, tells of it without the password, and logs out', async () => {
      const { engine, client } = setting();
      const { registries } = client;
      engine.fake.answer('POST /auth', { Status: 'Login Succeeded' });
      expect(await registries.logins()).toEqual([]);
      const login = { registry: 'registry.example:5000', username: 'ann', password: 'right' };
      await registries.login(login);
      await registries.login({ ...login, registry: 'docker.io' });
      expect(await registries.logins()).toEqual([
        { registry: 'registry.example:5000', username: 'ann' },
        { registry: 'docker.io', username: 'ann' },
      ]);
      await registries.logout({ registry: 'docker.io' });
      expect(await registries.logins()).toHaveLength(1);
    });

    it('keeps nothing that the registry refuses', async () => {
      const { engine, client } = setting();
      const { registries } = client;
      const message = 'unauthorized: incorrect username or password';
      engine.fake.inject('POST /auth', { kind: 'fail', status: 401, message });
      const refused = registries.login({ registry: 'a.example', username: 'ann', password: 'x' });
      expect((await failureOf(refused)).message).toMatch(/incorrect username or password/);
      expect(await registries.logins()).toEqual([]);
    });
  });
}
