import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { hasCode, ifMissing } from '../errors.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { type Examined, type Finding, orphan } from './finding.ts';
import type { Reality } from './reality.ts';

/** Where an EROFS file system has its magic number (linux/fs/erofs/erofs_fs.h). */
const MAGIC = { at: 1024, value: 0xe0f5e1e2 };

/** Files of layers that no layer owns, and mounts of layers that aren't stored. */
export async function examineLayerFiles(
  { layers, directories }: Engine,
  reality: Reality,
  isTemporary: (path: string) => Promise<boolean>,
): Promise<Examined> {
  const directory = join(directories.data, 'layers');
  const list = layers.list();
  const known = new Set(list.map(({ diffId }) => diffId.slice('sha256:'.length)));
  const findings: Finding[] = [];
  for (const name of await namesIn(directory)) {
    const path = join(directory, name);
    if (known.has(name) || (await isTemporary(path))) continue;
    findings.push(orphan(path, `No layer owns ${path}.`));
  }
  const mountDirectory = join(directories.run, 'l');
  const mounted = reality.mounts.filter(({ mountPoint }) =>
    mountPoint.startsWith(`${mountDirectory}/`),
  );
  for (const { mountPoint, source } of mounted) {
    const name = basename(join(source, '..'));
    if (known.has(name)) continue;
    findings.push(orphan(mountPoint, `A removed layer is still mounted at ${mountPoint}.`));
  }
  const targets = new Set(mounted.map(({ mountPoint }) => basename(mountPoint)));
  for (const name of await namesIn(mountDirectory)) {
    if (targets.has(name)) continue;
    const path = join(mountDirectory, name);
    findings.push(orphan(path, `No layer is mounted at the mount point ${path}.`));
  }
  return { checked: list.length, findings };
}

/** Reads all layers and compares them with their digests. Takes as long as the disk needs. */
export async function examineLayerContents(
  { layers, directories }: Engine,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { diffId } of layers.list()) {
    signal.throwIfAborted();
    const path = join(directories.data, 'layers', diffId.slice('sha256:'.length));
    const problem = (await tarProblem(path, diffId, signal)) ?? (await indexProblem(path));
    // Removed meanwhile.
    if (problem === undefined || layers.get(diffId) === undefined) continue;
    findings.push({
      ...{ kind: 'damaged', about: `layer ${diffId}` },
      message: `A layer of an image on the data disk is damaged: ${problem}.`,
      hint: 'Remove the images and containers that use the layer, and then pull or build the images again.',
    });
  }
  return findings;
}

async function tarProblem(
  path: string,
  diffId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const tar = join(path, 'layer.tar');
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(tar, { signal })) hash.update(chunk);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return `${tar} is missing`;
    if (signal.aborted) throw error;
    return `${tar} can't be read`;
  }
  return `sha256:${hash.digest('hex')}` === diffId ? undefined : `${tar} has another digest`;
}

async function indexProblem(path: string): Promise<string | undefined> {
  const index = join(path, 'index.erofs');
  const file = await open(index, 'r').catch(ifMissing(undefined));
  if (file === undefined) return `${index} is missing`;
  try {
    const bytes = Buffer.alloc(4);
    await file.read(bytes, 0, bytes.length, MAGIC.at);
    return bytes.readUInt32LE(0) === MAGIC.value ? undefined : `${index} isn't a file system`;
  } finally {
    await file.close();
  }
}
