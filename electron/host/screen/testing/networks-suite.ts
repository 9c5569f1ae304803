import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Network } from '../../../api/networks.ts';
import type { ScreenClient } from '../../../api/router.ts';
import { failureOf, next, nextWhere } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** What every transport must carry of networks. */
export function describeNetworks(
  setting: () => { engine: ScreenEngine; client: ScreenClient },
): void {
  describe('networks', () => {
    let engine: ScreenEngine;
    let client: ScreenClient;
    let web: string;

    beforeEach(async () => {
      ({ engine, client } = setting());
      await engine.addNetwork('shop', { Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' });
      web = await engine.addContainer({ image: 'nginx:latest', name: 'web', network: 'shop' });
    });

    const idOf = async (name: string) =>
      (await client.networks.list()).find((each) => each.name === name)?.id ?? '';

    it('lists those that users made first, with who is on them', async () => {
      await engine.fake.start(web);
      const networks = await client.networks.list();
      expect(networks.map(({ name, builtIn }) => [name, builtIn])).toEqual([
        ...[['shop', false]],
        ...['bridge', 'host', 'none'].map((name) => [name, true]),
      ]);
      expect(networks[0]).toMatchObject({
        subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }],
        members: [{ name: 'web', running: true, address: '172.18.0.2', aliases: [] }],
      });
    });

    it('makes one and puts a container on it and off', async () => {
      await engine.fake.start(web);
      const { id } = await client.networks.create({
        ...{ name: 'new', driver: 'bridge', internal: true, ipv6: false },
        ...{ subnet: '10.9.0.0/24', gateway: '10.9.0.1' },
      });
      const lists = await client.networks.watch();
      await next(lists);
      await vi.waitUntil(() => engine.listeners === 1);
      await client.networks.connect({ id, container: web, aliases: ['www'] });
      const named = (list: Network[]) => list.find(({ name }) => name === 'new');
      const found = named(await nextWhere(lists, (list) => !!named(list)?.members.length));
      expect(found).toMatchObject({ internal: true, members: [{ name: 'web' }] });
      await client.networks.disconnect({ id, container: web });
      const left = await nextWhere(lists, (list) => !named(list)?.members.length);
      expect(named(left)?.members).toEqual([]);
      await lists.return();
    });

    it('refuses a gateway of no subnet', async () => {
      const request = { name: 'odd', driver: 'bridge' as const, internal: false, ipv6: false };
      const failure = await failureOf(client.networks.create({ ...request, gateway: '10.0.0.1' }));
      expect(failure.data.code).toBe('invalid');
      expect(await idOf('odd')).toBe('');
    });

    it('removes what nobody is on', async () => {
      await engine.fake.start(web);
      await engine.addNetwork('idle');
      const ids = [await idOf('idle'), await idOf('shop')];
      expect(await client.networks.prune({ ids })).toEqual({ removed: 1 });
      const failure = await failureOf(client.networks.remove({ id: await idOf('shop') }));
      expect(failure.message).toContain('active endpoints');
      await client.networks.disconnect({ id: 'shop', container: web });
      await client.networks.remove({ id: 'shop' });
      expect((await client.networks.list()).every(({ builtIn }) => builtIn)).toBe(true);
    });
  });
}
