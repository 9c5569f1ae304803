import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openScratch } from '../../build/scratch.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import { EngineError } from '../../errors.ts';
import { platformId } from '../../registry/platform.ts';
import { writeTar } from '../../store/tar/writer.ts';
import { type Attributes, parseBoolean } from './attributes.ts';
import type { BuildExport, ExportParts, Output } from './export-parts.ts';
import { readEpoch } from './image-options.ts';
import {
  fileSubjects,
  filesBelow,
  type OutputFile,
  placed,
  platformFileName,
  withFiles,
} from './platform-files.ts';
import { sendBytes, sendDirectory } from './send-files.ts';
import { statement } from './statement.ts';
import type { PlatformImage } from './write-image.ts';

interface FilesOptions {
  readonly epoch: number | undefined;
  /** Whether each platform has a directory of its own. */
  readonly isSplit: boolean;
  /** Whether names of attestations must say the platform. */
  readonly namesPlatform: boolean;
  /** Begins the names of the files with attestations. */
  readonly prefix: string;
}

function readFilesOptions(
  attributes: Attributes,
  isMap: boolean,
  epoch: string | undefined,
): FilesOptions {
  const split = attributes['platform-split'];
  const isSplit =
    split === undefined
      ? isMap
      : parseBoolean(split, `non-bool value for platform-split: ${split}`);
  return {
    epoch: readEpoch(attributes['source-date-epoch'], epoch),
    isSplit,
    namesPlatform: isMap && !isSplit,
    prefix: attributes['attestation-prefix'] ?? '',
  };
}

/** Sends the files of the result to a directory of the client, or as one tar. */
export async function exportFiles(
  { engine, sessions }: ExportParts,
  { job, platforms, isMap, epoch }: BuildExport,
  { index, type, attributes }: Output,
): Promise<void> {
  const isTar = type === 'tar';
  const options = readFilesOptions(attributes, isMap, epoch);
  const { signal } = job;
  const { http2 } = await sessions.find(job.request.Session, signal);
  await using scratch = await openScratch(engine);
  await using trees = new AsyncDisposableStack();
  const open = async (one: PlatformImage, place: number) => {
    const own = join(scratch.path, String(place));
    await mkdir(own);
    const tree = trees.use(await openImageTree(engine, one.image?.layers ?? [], own));
    return { one, files: () => platformTree(tree.root, one, own, { ...options, isTar, isMap }) };
  };
  await job.step(`exporting to client ${isTar ? 'tarball' : 'directory'}`, async (vertex) => {
    const opened = await Promise.all(platforms.map(open));
    if (isTar) {
      const line = vertex.line('sending tarball');
      const all = writeTar(inOrder(opened.map(({ files }) => files)));
      await sendBytes(http2, { index }, all, (bytes) => line.update(bytes), signal);
      line.complete();
      return;
    }
    if (!options.isSplit && isMap) await checkOverlaps(opened);
    for (const { one, files } of opened) {
      const suffix = options.isSplit ? ` ${platformId(one.platform)}` : '';
      const line = vertex.line(`copying files${suffix}`);
      let sent = 0;
      const report = (bytes: number) => {
        sent = bytes;
        line.update(bytes);
      };
      await sendDirectory(http2, { index }, await files(), report, signal);
      line.complete(sent);
    }
  });
}

/** The files of one platform, with its attestations. */
async function platformTree(
  root: string,
  { platform, attestations }: PlatformImage,
  scratch: string,
  {
    isSplit,
    isTar,
    isMap,
    epoch,
    prefix,
    namesPlatform,
  }: FilesOptions & {
    readonly isTar: boolean;
    readonly isMap: boolean;
  },
): Promise<AsyncIterable<OutputFile>> {
  const id = platformId(platform);
  const added = new Map<string, string>();
  const wanted = attestations.filter(({ isInlineOnly }) => !isInlineOnly);
  const subjects = wanted.length > 0 ? await fileSubjects(root) : [];
  for (const [place, attestation] of wanted.entries()) {
    const plain = prefix + attestation.filename;
    const name = namesPlatform ? platformFileName(plain, id) : plain;
    if (added.has(name)) {
      throw new EngineError('invalid', `duplicate attestation path name ${name}`);
    }
    const file = join(scratch, `attestation-${place}`);
    await writeFile(file, JSON.stringify(statement(attestation, subjects), undefined, 2));
    added.set(name, file);
  }
  const hasDirectory = isTar ? isMap : isSplit;
  const directory = hasDirectory ? id.replaceAll('/', '_') : '';
  return placed(withFiles(filesBelow(root), added), { directory, epoch });
}

async function* inOrder(
  trees: readonly (() => Promise<AsyncIterable<OutputFile>>)[],
): AsyncGenerator<OutputFile> {
  for (const files of trees) yield* await files();
}

/** Files of several platforms can share a directory only if no two have the same name. */
async function checkOverlaps(
  trees: readonly {
    readonly one: PlatformImage;
    readonly files: () => Promise<AsyncIterable<OutputFile>>;
  }[],
): Promise<void> {
  const seen = new Map<string, string>();
  for (const { one, files } of trees) {
    const id = platformId(one.platform);
    for await (const { member } of await files()) {
      if (member.type === 'directory') continue;
      const before = seen.get(member.name);
      if (before !== undefined) {
        throw new EngineError(
          'invalid',
          `cannot overwrite ${member.name} from ${before} with ${id} when split option is disabled`,
        );
      }
      seen.set(member.name, id);
    }
  }
}
