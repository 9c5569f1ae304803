import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import {
  canonicalName,
  familiarName,
  parseReference,
  withDefaultTag,
} from '../../registry/reference.ts';
import type { Job, Result } from '../jobs/job.ts';
import type { Sessions } from '../session/sessions.ts';
import { directoryTar } from './directory-tar.ts';
import { sendBytes, sendDirectory } from './send-files.ts';

export interface ExportParts {
  readonly engine: Engine;
  readonly images: Images;
  readonly sessions: Sessions;
}

/** What a client learns of an export. */
type Response = Record<string, string>;

/** Gives a result to the client in all the ways that it asked for. */
export async function exportResult(
  parts: ExportParts,
  job: Job,
  result: Result | undefined,
): Promise<Response> {
  const response: Response = {};
  for (const [output, { Type, Attrs }] of job.request.Exporters.entries()) {
    switch (Type) {
      case 'moby':
      case 'image':
        Object.assign(response, await nameImage(parts.images, job, Attrs, requireImage(result)));
        break;
      case 'local':
      case 'tar':
        await sendFiles(parts, job, output, Type, result?.image);
        break;
      default:
        throw new EngineError('invalid', `exporter "${Type}" could not be found`);
    }
  }
  return response;
}

function requireImage(result: Result | undefined): StoredImage {
  if (result?.image !== undefined) return result.image;
  throw new EngineError('invalid', 'No image was generated. Is your Dockerfile empty?');
}

/** Names the image, which is in the engine's store already. */
async function nameImage(
  images: Images,
  job: Job,
  attributes: Readonly<Record<string, string>>,
  { id }: StoredImage,
): Promise<Response> {
  const names = (attributes.name ?? '')
    .split(',')
    .filter(Boolean)
    .map((name) => withDefaultTag(parseReference(name)));
  return job.step('exporting to image', async (vertex) => {
    vertex.line('exporting layers').complete();
    vertex.line(`writing image ${id}`).complete();
    for (const name of names) {
      const line = vertex.line(`naming to ${canonicalName(name)}`);
      await images.tag(id, familiarName(name));
      line.complete();
    }
    return {
      'containerimage.digest': id,
      'containerimage.config.digest': id,
      ...(names.length === 0 ? {} : { 'image.name': names.map(canonicalName).join(',') }),
    };
  });
}

/** Sends the files of an image to the client. */
async function sendFiles(
  { engine, sessions }: ExportParts,
  job: Job,
  output: number,
  type: 'local' | 'tar',
  image: StoredImage | undefined,
): Promise<void> {
  const session = await sessions.find(job.request.Session, job.signal);
  const { builds } = engine.directories;
  await mkdir(builds, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(builds, 'build-'));
  const isTar = type === 'tar';
  try {
    await job.step(`exporting to client ${isTar ? 'tarball' : 'directory'}`, async (vertex) => {
      const line = vertex.line(isTar ? 'sending tarball' : 'copying files');
      let sent = 0;
      const report = (bytes: number) => {
        sent = bytes;
        line.update(bytes);
      };
      await using tree = await openImageTree(engine, image?.layers ?? [], scratch);
      const { http2 } = session;
      await (isTar
        ? sendBytes(http2, output, directoryTar(tree.root), report, job.signal)
        : sendDirectory(http2, output, tree.root, report, job.signal));
      line.complete(sent);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch((error) =>
      engine.log(`removing ${scratch}`, error),
    );
  }
}
