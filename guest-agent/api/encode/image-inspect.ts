import type { ImageHistoryResponseItem, ImageInspect } from '../../contract/engine-types.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Family } from '../../engine/images/store/families.ts';
import type { ImageConfig } from '../../engine/images/store/image.ts';
import { sortedByName, withSortedMaps } from '../../engine/images/store/sorted-config.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { imageSize } from '../../engine/images/store/usage.ts';
import { isBefore } from '../api-version.ts';
import { imageDescriptor, imageNames } from './image-summary.ts';

/** Go's zero time in JSON. */
const NEVER = '0001-01-01T00:00:00Z';

/** Fields that the API's description no longer has, and that clients may still read. */
type Inspect = Omit<ImageInspect, 'Config'> & {
  readonly Config: ReturnType<typeof inspectedConfig>;
  readonly Parent?: string;
  readonly DockerVersion?: string;
  readonly VirtualSize?: number;
  readonly Identity?: { readonly Pull: readonly { readonly Repository: string }[] };
};

/** What an image shows of its index. */
interface Shown {
  /** Only the image's own platform, instead of its whole index. */
  readonly isOnePlatform: boolean;
  readonly version: string;
}

/** `GET /images/{name}/json` */
export function imageInspect(
  images: Images,
  family: Family,
  { isOnePlatform, version }: Shown,
): Inspect {
  const { image } = family;
  const { document, record } = image;
  const texts = {
    Parent: record.parent ?? '',
    Comment: document.comment || (document.history?.at(-1)?.comment ?? ''),
    DockerVersion: document.docker_version ?? '',
    Author: document.author ?? '',
  };
  const descriptor = isOnePlatform ? record.manifest : imageDescriptor(family);
  const identity = imageIdentity(images, image);
  return {
    Id: image.id,
    ...(isBefore(version, '1.48') ? {} : { Descriptor: descriptor }),
    ...imageNames(images, image.id),
    ...(isBefore(version, '1.52') ? texts : withoutEmpty(texts)),
    ...(image.created === undefined ? {} : { Created: image.created }),
    Config: inspectedConfig(image.config, version),
    Architecture: image.architecture,
    ...(document.variant === undefined ? {} : { Variant: document.variant }),
    Os: image.os,
    ...(document['os.version'] === undefined ? {} : { OsVersion: document['os.version'] }),
    Size: imageSize(images.layers, image),
    ...(isBefore(version, '1.44') ? { VirtualSize: imageSize(images.layers, image) } : {}),
    ...(isBefore(version, '1.52') ? { GraphDriver: { Name: 'erofs', Data: {} } } : {}),
    RootFS: { Type: 'layers', Layers: [...image.layers] },
    Metadata: { LastTagTime: images.store.lastNamed(image.id) ?? NEVER },
    ...(isBefore(version, '1.53') || identity === undefined ? {} : { Identity: identity }),
  };
}

const EMPTY_CONFIG = {
  ...{ Cmd: null, Entrypoint: null, Env: null, Labels: null, OnBuild: null },
  ...{ User: '', Volumes: null, WorkingDir: '' },
};

/** Before API 1.52, empty fields of the configuration are shown. */
function inspectedConfig(config: ImageConfig, version: string) {
  if (isBefore(version, '1.52'))
    return sortedByName({ ...EMPTY_CONFIG, ...withSortedMaps(config) });
  const { OnBuild, ...others } = withoutEmpty(withSortedMaps(config));
  return { ...others, ...(OnBuild === undefined ? {} : { OnBuild }) };
}

function withoutEmpty<T extends object>(fields: T): Partial<T> {
  const isEmpty = (value: unknown) =>
    value === '' ||
    value === null ||
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !isEmpty(value)),
  ) as Partial<T>;
}

/**
 * The origin of an image, since API 1.53: the repositories that are known to have it. Only a pull
 * or a push gives an image a name with a digest. Berth checks no signatures.
 */
export function imageIdentity(images: Images, image: StoredImage): Inspect['Identity'] {
  const repositories = images.store
    .allNamesOf(image.id)
    .filter(({ digest }) => digest !== undefined)
    .map(({ domain, path }) => `${domain}/${path}`);
  if (repositories.length === 0) return undefined;
  return { Pull: [...new Set(repositories)].map((Repository) => ({ Repository })) };
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
