import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseReference } from '../../../registry/reference.ts';
import { startStandInRegistry } from '../../../registry/testing/stand-in-registry.ts';
import { testImage } from '../../../registry/testing/test-image.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { openImages } from '../testing/images-fixture.ts';
import { foreign, native, testIndex } from '../testing/platform-images.ts';

const imageOf = (platform: object) => testImage([{ tar: randomBytes(1000) }], {}, platform);

test('a pull of a second platform keeps the first, and the VM prefers its own', async () => {
  await using directory = await temporaryDirectory();
  const [own, other, next] = [imageOf(native), imageOf(foreign), imageOf(foreign)];
  const index = testIndex(
    new Map([
      [native, own],
      [foreign, other],
    ]),
  );
  const registry = await startStandInRegistry({ images: { 'me/app:1': index } });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => registry.stop());
  const { images } = await openImages(directory.path, new MemoryLayers());
  const name = `${registry.host}/me/app:1`;
  const pull = async (platform: typeof native) => {
    const request = { reference: parseReference(name), platform, credentials: undefined };
    const statuses: (string | undefined)[] = [];
    for await (const { status } of images.pull(request, AbortSignal.timeout(20_000))) {
      statuses.push(status);
    }
    return statuses.at(-1);
  };
  expect(await pull(native)).toContain('Downloaded newer image');
  expect(await pull(foreign)).toContain('Downloaded newer image');
  expect(images.resolve(name).id).toBe(own.config.digest);
  expect(images.resolve(name, foreign).id).toBe(other.config.digest);
  expect(await pull(native)).toContain('Image is up to date');
  expect(await pull(foreign)).toContain('Image is up to date');

  // The tag moves to an index with another image for the emulated platform.
  registry.behaviour.images['me/app:1'] = testIndex(
    new Map([
      [native, own],
      [foreign, next],
    ]),
  );
  expect(await pull(native)).toContain('Downloaded newer image');
  expect(() => images.resolve(name, foreign)).toThrow('does not match the specified platform');
  expect(await pull(foreign)).toContain('Downloaded newer image');
  expect(images.resolve(name, foreign).id).toBe(next.config.digest);
  await images.prune({ scope: 'dangling', matches: () => true });
  expect(images.store.get(other.config.digest)).toBeUndefined();
  expect(images.resolve(name).id).toBe(own.config.digest);
});
