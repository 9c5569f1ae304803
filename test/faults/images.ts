import { writeTar } from '../../guest-agent/store/testing/tar-writer.ts';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';
import type { Registry } from '../fixtures/registry.ts';

export interface FaultImages {
  /** Has a shell. */
  readonly box: string;
  /** Has several layers, one of which only mkfs.erofs indexes. */
  readonly layered: string;
}

/** Pushes the images of the suite to the registry. */
export async function publishImages(directory: string, registry: Registry): Promise<FaultImages> {
  const base = await boxLayer();
  const linked = writeTar([
    { name: 'a', type: 'file', content: Buffer.alloc(500_000, 'a') },
    { name: 'b', type: 'link', target: 'a' },
  ]);
  const more = [1, 2, 3].map((number) =>
    writeTar([{ name: `file-${number}`, type: 'file', content: Buffer.alloc(200_000, number) }]),
  );
  await pushImages(directory, registry.host, {
    box: imageOf([base], { Cmd: ['sh'] }),
    layered: imageOf([base, linked, ...more], { Cmd: ['sh'] }),
  });
  return { box: `${registry.guestHost}/box:1`, layered: `${registry.guestHost}/layered:1` };
}
