import { createHash } from 'node:crypto';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { awaitedElsewhere, ifMissing } from '../../errors.ts';
import { syncDirectory } from '../atomic-file.ts';
import { writeAll } from '../write-all.ts';
import { type MakeIndexOptions, makeErofsIndex } from './erofs-index.ts';
import type { Layer } from './layers.ts';
import { OutlineFile } from './outline-file.ts';
import { PlainIndex } from './plain-index.ts';
import { TarScan } from './tar-scan.ts';

/** Contains the ID of the boot in which the layer was written, until its files are on the disk. */
const UNSYNCED = 'unsynced';

export interface LayerFilesOptions extends MakeIndexOptions {
  /** The ID of this boot of the VM. */
  readonly bootId: string;
}

/**
 * Writes `layer.tar` and `index.erofs`, which `syncLayerFiles` makes durable. `check` gets the diff
 * ID before there is an index. It can reject the diff ID, or return false if nobody needs the files.
 */
export async function writeLayerFiles(
  directory: string,
  tar: Readable,
  options: LayerFilesOptions,
  check: (diffId: string) => boolean,
): Promise<Layer> {
  const tarPath = join(directory, 'layer.tar');
  const indexPath = join(directory, 'index.erofs');
  await using file = await open(tarPath, 'wx', 0o600);
  await using outline = await OutlineFile.open(directory);
  const plain = new PlainIndex();
  const scan = new TarScan(
    (offset, bytes) => outline.add(offset, bytes),
    (...member) => plain.add(...member),
  );
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of tar as AsyncIterable<Buffer>) {
    // Written by another thread meanwhile.
    const written = writeAll(file, chunk);
    written.catch(awaitedElsewhere);
    try {
      hash.update(chunk);
      scan.write(chunk);
      if (outline.isFull) await outline.flush();
    } finally {
      await written;
    }
    size += chunk.length;
  }
  const diffId = `sha256:${hash.digest('hex')}`;
  if (!check(diffId)) return { diffId, size };
  const { end, trailer } = scan.finish();
  const index = plain.image(size);
  if (index !== undefined) await writeFile(indexPath, index, { mode: 0o600 });
  else {
    let offset = end;
    for (const bytes of trailer) {
      outline.add(offset, bytes);
      offset += bytes.length;
      if (outline.isFull) await outline.flush();
    }
    await outline.flush();
    await makeErofsIndex(options, outline.fd, indexPath);
  }
  await writeFile(join(directory, UNSYNCED), options.bootId, { mode: 0o600 });
  return { diffId, size };
}

/** Makes a layer's files durable. The layer has its final name. */
export async function syncLayerFiles(directory: string): Promise<void> {
  for (const name of ['layer.tar', 'index.erofs']) {
    await using file = await open(join(directory, name), 'r');
    await file.sync();
  }
  await rm(join(directory, UNSYNCED));
  await syncDirectory(directory);
  await syncDirectory(dirname(directory));
}

/**
 * Whether the layer's files are on the disk, or still in the memory of this boot, or lost. The mark
 * of an unsynced layer is older than the layer's name, so the disk never has the name alone.
 */
export async function layerFilesState(
  directory: string,
  bootId: string,
): Promise<'synced' | 'unsynced' | 'lost'> {
  const mark = await readFile(join(directory, UNSYNCED), 'utf8').catch(ifMissing(undefined));
  if (mark === undefined) return 'synced';
  return mark === bootId ? 'unsynced' : 'lost';
}
