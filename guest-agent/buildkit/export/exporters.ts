import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import {
  canonicalName,
  familiarName,
  parseReference,
  withDefaultTag,
} from '../../registry/reference.ts';
import type { Exporter } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import type { Job, Result } from '../jobs/job.ts';

/** What a client learns of an export. */
type Response = Record<string, string>;

/** Gives a result to the client in all the ways that it asked for. */
export async function exportResult(
  images: Images,
  job: Job,
  result: Result | undefined,
): Promise<Response> {
  const response: Response = {};
  for (const exporter of job.request.Exporters) {
    Object.assign(response, await exportTo(images, job, exporter, result));
  }
  return response;
}

async function exportTo(
  images: Images,
  job: Job,
  { Type, Attrs }: Exporter,
  result: Result | undefined,
): Promise<Response> {
  switch (Type) {
    case 'moby':
    case 'image':
      return exportImage(images, job, Attrs, requireImage(result));
    default:
      throw new EngineError('invalid', `exporter "${Type}" could not be found`);
  }
}

function requireImage(result: Result | undefined): StoredImage {
  if (result?.image !== undefined) return result.image;
  throw new EngineError('invalid', 'No image was generated. Is your Dockerfile empty?');
}

/** Names the image, which is in the engine's store already. */
async function exportImage(
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
