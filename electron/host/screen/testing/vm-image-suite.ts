import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { berthVersion } from '../../base/berth-version.ts';
import { newerImage } from '../../supervisor/testing/downloaded-image.ts';
import type { FeedServer } from '../../vm-image/testing/feed-server.ts';
import { failureOf } from './answers.ts';

/** Updates of the VM's image. */
export function describeVmImage(setting: () => { feed: FeedServer; client: ScreenClient }): void {
  describe('VM image', () => {
    it('is updated with progress, and can be left again', async () => {
      const { feed, client } = setting();
      expect(await client.vmImage.state()).toEqual({
        ...{ version: berthVersion, isDownloaded: false, rejected: [] },
        ...{ canUpdate: true, pending: false },
      });
      expect(await client.vmImage.check()).toEqual({ found: 'nothing' });
      const version = newerImage(1);
      feed.publish(version);
      expect(await client.vmImage.check()).toMatchObject({ found: 'update', version });
      let last: { bytes: number; total: number } | undefined;
      for await (const step of await client.vmImage.install({ force: false })) last = step;
      expect(last?.bytes).toBeGreaterThan(0);
      expect(last?.bytes).toBe(last?.total);
      expect(await client.vmImage.state()).toMatchObject({ version, previous: berthVersion });
      await client.vmImage.rollBack();
      expect(await client.vmImage.state()).toMatchObject({
        ...{ version: berthVersion, rejected: [{ version, by: 'user' }] },
      });
    });

    it('stays as it is if the download fails, with the reason', async () => {
      const { feed, client } = setting();
      feed.publish(newerImage(1));
      feed.behaviour.falsifies = true;
      const steps = await client.vmImage.install({ force: false });
      const failure = await failureOf(
        (async () => {
          for await (const _ of steps);
        })(),
      );
      expect(failure.message).toContain('is not as published');
      expect(await client.vmImage.state()).toMatchObject({ version: berthVersion });
    });
  });
}
