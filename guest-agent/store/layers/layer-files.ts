import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { awaitedElsewhere } from '../../errors.ts';
import { syncDirectory } from '../atomic-file.ts';
import { writeAll } from '../write-all.ts';
import { type MakeIndexOptions, makeErofsIndex } from './erofs-index.ts';
import type { Layer } from './layers.ts';
import { OutlineFile } from './outline-file.ts';
import { TarScan } from './tar-scan.ts';

/**
 * Writes `layer.tar` and `index.erofs` durably. `check` gets the diff ID before there is an index,
 * and can reject it.
 */
export async function writeLayerFiles(
  directory: string,
  tar: Readable,
  options: MakeIndexOptions,
  check: (diffId: string) => void,
): Promise<Layer> {
  const tarPath = join(directory, 'layer.tar');
  const indexPath = join(directory, 'index.erofs');
  const outlinePath = join(directory, 'outline.tar');
  await using file = await open(tarPath, 'wx', 0o600);
  await using outlineFile = await open(outlinePath, 'wx', 0o600);
  const outline = new OutlineFile(outlineFile);
  const scan = new TarScan((offset, bytes) => outline.add(offset, bytes));
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
  check(diffId);
  const { end, trailer } = scan.finish();
  let offset = end;
  for (const bytes of trailer) {
    outline.add(offset, bytes);
    offset += bytes.length;
    if (outline.isFull) await outline.flush();
  }
  await outline.flush();
  await makeErofsIndex(options, outlinePath, indexPath);
  await rm(outlinePath);
  await file.sync();
  await using index = await open(indexPath, 'r');
  await index.sync();
  await syncDirectory(directory);
  return { diffId, size };
}
