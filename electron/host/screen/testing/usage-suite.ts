import { describe, expect, it, vi } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** What containers use, over a transport. */
export function describeUsage(context: () => { engine: ScreenEngine; client: ScreenClient }): void {
  describe('usage', () => {
    const engine = () => context().engine;
    const usage = () => context().client.usage;

    async function start(name: string) {
      const id = await engine().runContainer({ image: 'alpine:3.22', name });
      const stats = engine().statistics(id);
      return { id, stats };
    }

    it('tells what running containers use now', async () => {
      const one = await start('one');
      const two = await start('two');
      const latest = await usage().watch({ containers: [one.id, two.id] });
      await vi.waitUntil(() => one.stats.listeners + two.stats.listeners === 2);
      one.stats.tell({ cpuPercent: 25, memory: 3_000_000 });
      await engine().exitContainer(two.id, 0);
      await expect
        .poll(() => next(latest), { timeout: 4000 })
        .toEqual({ [one.id]: expect.objectContaining({ cpuPercent: 25, memory: 3_000_000 }) });
      await latest.return();
    });

    it('remembers what a container used while nobody looked', async () => {
      const { id, stats } = await start('web');
      const first = await usage().history({ container: id });
      await next(first);
      await vi.waitUntil(() => stats.listeners === 1);
      await first.return();
      stats.tell({ cpuPercent: 10, memory: 2_000_000 });
      stats.tell({ cpuPercent: 20, memory: 2_000_000 });
      const again = await usage().history({ container: id });
      const seen = await next(again);
      while (seen.length < 3) seen.push(...(await next(again)));
      expect(seen.map(({ cpuPercent }) => cpuPercent)).toEqual([0, 10, 20]);
      expect(stats.listeners).toBe(1);
      await again.return();
    });

    it('ends with the container', async () => {
      const { id } = await start('web');
      const history = await usage().history({ container: id });
      await next(history);
      await engine().exitContainer(id, 0);
      for await (const _ of history);
      expect(await history.next()).toMatchObject({ done: true });
    });
  });
}
