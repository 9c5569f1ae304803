import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, it } from 'vitest';
import { testImage, writeLayout } from '../../guest-agent/registry/testing/test-image.ts';
import { writeTar } from '../../guest-agent/store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../guest-agent/store/testing/temporary-directory.ts';
import { openApp } from './open-app.ts';

const open = openApp();

/** An image's name in the run's registry, as the guest sees it. */
const NAME = `${inject('registry').guestHost}/shop/catalogue:1`;

beforeAll(async () => {
  // Large enough to show progress, and not compressible.
  const layers = ['photos', 'videos'].map((name) => ({
    tar: writeTar([{ name, content: randomBytes(24_000_000) }]),
    compression: 'none' as const,
  }));
  await using directory = await temporaryDirectory();
  const layout = join(directory.path, 'layout');
  await writeLayout(layout, { catalogue: testImage(layers) });
  await promisify(execFile)('skopeo', [
    ...['copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:catalogue`],
    `docker://${inject('registry').host}/shop/catalogue:1`,
  ]);
});

it('pulls an image, and shows how far it is', async () => {
  const { page } = open;
  await open.visit('/images');
  await page.getByLabel('Image to pull').fill(NAME);
  await page.keyboard.press('Enter');
  await page.getByText(`Pulling ${NAME}`).waitFor();
  await page
    .getByText(/[\d.]+ .?B of [\d.]+ MB/)
    .first()
    .waitFor();
  await page.getByRole('row', { name: /shop\/catalogue 1 4\d(\.\d+)? MB/ }).waitFor();
  expect(open.complaints).toEqual([]);
});
