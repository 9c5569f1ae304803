import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { feedAddress } from './feed-address.ts';

test('a build without updates has no list of images, unless the environment names one', () => {
  expect(feedAddress({})).toBeUndefined();
  const feed = 'https://example.org/images.json';
  expect(feedAddress({ BERTH_VM_IMAGE_FEED: feed })).toBe(feed);
});

test.each(['https://example.org/berth', 'https://example.org/berth/'])(
  'a build with updates at %s has the list beside them',
  async (updates) => {
    vi.stubEnv('BERTH_UPDATES_URL', updates);
    vi.resetModules();
    const { bundles } = await import('../../../build/bundles.ts');
    vi.unstubAllEnvs();
    const outfile = join(await temporaryDirectory(), 'feed-address.mjs');
    const define = bundles.cli?.define ?? {};
    const entry = join(import.meta.dirname, 'feed-address.ts');
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', define });
    const built: { feedAddress: typeof feedAddress } = await import(pathToFileURL(outfile).href);
    expect(built.feedAddress({})).toBe('https://example.org/berth/vm-images.json');
  },
);
