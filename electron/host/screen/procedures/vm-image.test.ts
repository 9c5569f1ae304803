import { setImmediate } from 'node:timers/promises';
import { call } from '@orpc/server';
import { expect, onTestFinished, test } from 'vitest';
import type { VmImages } from '../../vm-image/vm-images.ts';
import type { ScreenHost } from '../screen-host.ts';
import { vmImageHandlers } from './vm-image.ts';

/** An installation that has sent one step of progress and fails on demand. */
async function startInstall() {
  const unowned: unknown[] = [];
  const note = (reason: unknown) => unowned.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const { promise, reject } = Promise.withResolvers<undefined>();
  const vmImages: Pick<VmImages, 'install'> = {
    async install({ onProgress }) {
      setTimeout(() => onProgress({ bytes: 1, total: 2 }));
      return promise;
    },
  };
  const { install } = vmImageHandlers({ vmImages } as ScreenHost);
  const steps = await call(install, { force: false });
  expect(await steps.next()).toEqual({ done: false, value: { bytes: 1, total: 2 } });
  return { steps, unowned, fail: () => reject(new Error('the connection was cut')) };
}

test('a download that fails after the page has left ends without a fault of the process', async () => {
  const { steps, unowned, fail } = await startInstall();
  const left = steps.return?.();
  fail();
  await left;
  await setImmediate();
  expect(unowned).toEqual([]);
});

test('a download that fails before the page asks for more tells the page why', async () => {
  const { steps, unowned, fail } = await startInstall();
  fail();
  await setImmediate();
  expect(unowned).toEqual([]);
  await expect(steps.next()).rejects.toMatchObject({
    message: 'the connection was cut',
  });
});
