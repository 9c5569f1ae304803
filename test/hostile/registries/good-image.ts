import { testImage } from '../../../guest-agent/registry/testing/test-image.ts';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';

const content = Buffer.alloc(200_000, 'the content of the layer ');

/** What an honest registry would serve. */
export const goodImage = testImage([
  { tar: writeTar([{ name: 'file', content }]), compression: 'none' },
]);

export const goodManifest = goodImage.blobs.get(goodImage.manifest.digest) ?? Buffer.alloc(0);
