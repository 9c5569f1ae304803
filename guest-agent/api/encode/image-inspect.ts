import type { ImageHistoryResponseItem, ImageInspect } from '../../contract/engine-types.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { imageSize } from '../../engine/images/store/usage.ts';
import { imageNames } from './image-summary.ts';

/** Go's zero time in JSON. */
const NEVER = '0001-01-01T00:00:00Z';

/** Older clients read fields that the API's description no longer has. */
type Inspect = ImageInspect & { readonly Parent: string; readonly DockerVersion: string };

/** `GET /images/{name}/json` */
export function imageInspect(images: Images, image: StoredImage): Inspect {
  const { document, record } = image;
  return {
    Id: image.id,
    Descriptor: record.manifest,
    ...imageNames(images, image.id),
    Parent: record.parent ?? '',
    Comment: document.comment || (document.history?.at(-1)?.comment ?? ''),
    ...(image.created === undefined ? {} : { Created: image.created }),
    DockerVersion: document.docker_version ?? '',
    Author: document.author ?? '',
    Config: { ...image.config, OnBuild: image.config.OnBuild ?? null },
    Architecture: image.architecture,
    ...(document.variant === undefined ? {} : { Variant: document.variant }),
    Os: image.os,
    ...(document['os.version'] === undefined ? {} : { OsVersion: document['os.version'] }),
    Size: imageSize(images.layers, image),
    GraphDriver: { Name: 'erofs', Data: {} },
    RootFS: { Type: 'layers', Layers: [...image.layers] },
    Metadata: { LastTagTime: images.store.lastNamed(image.id) ?? NEVER },
  };
}

/** `GET /images/{name}/history`: newest step first. */
export function imageHistory(images: Images, image: StoredImage): ImageHistoryResponseItem[] {
  const layers = image.layers.values();
  const steps = (image.document.history ?? []).map((step) => {
    const diffId = step.empty_layer ? undefined : layers.next().value;
    return {
      Id: '<missing>',
      Created: step.created === undefined ? 0 : Math.floor(Date.parse(step.created) / 1000),
      CreatedBy: step.created_by ?? '',
      Tags: [] as string[],
      Size: diffId === undefined ? 0 : (images.layers.get(diffId)?.size ?? 0),
      Comment: step.comment ?? '',
    };
  });
  const newest = steps.at(-1);
  if (newest !== undefined) {
    newest.Id = image.id;
    newest.Tags = imageNames(images, image.id).RepoTags;
  }
  return steps.reverse();
}
