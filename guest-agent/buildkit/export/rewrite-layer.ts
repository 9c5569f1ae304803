import { Readable } from 'node:stream';
import type { HeldLayer, Images } from '../../engine/images/images.ts';
import { readTar } from '../../store/tar/reader.ts';
import { type TarItem, writeTar } from '../../store/tar/writer.ts';

/** Stores a layer again, where no file is newer than `epoch` (in seconds since 1970). */
export async function rewriteLayer(
  images: Images,
  diffId: string,
  epoch: number,
): Promise<HeldLayer> {
  return images.addLayer(
    Readable.from(writeTar(clamped(await images.layers.open(diffId), epoch)), {
      objectMode: false,
    }),
  );
}

async function* clamped(tar: AsyncIterable<Uint8Array>, epoch: number): AsyncGenerator<TarItem> {
  for await (const { member, content } of readTar(tar)) {
    yield { member: { ...member, mtime: Math.min(member.mtime, epoch) }, content };
  }
}
