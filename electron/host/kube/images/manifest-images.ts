import { isRecord } from '../../base/is-record.ts';
import type { Manifest, ManifestObject } from '../manifests/manifest.ts';

type Plain = Readonly<Record<string, unknown>>;

/** The fields of a pod's specification whose items have an image. */
const CONTAINERS = ['initContainers', 'containers'];

/** Where kinds have the specification of their pods. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
const TEMPLATE = ['spec', 'template', 'spec'];

/** The images of all pods of manifests, each once. */
export function imagesOf(manifests: readonly Manifest[]): string[] {
  const images = new Set<string>();
  for (const { object } of manifests) {
    changeImages(object, (image) => {
      images.add(image);
      return image;
    });
  }
  return [...images];
}

/** The same manifests with other images. */
export function withImages(
  manifests: readonly Manifest[],
  replaced: ReadonlyMap<string, string>,
): Manifest[] {
  return manifests.map((manifest) => ({
    ...manifest,
    object: changeImages(manifest.object, (image) => replaced.get(image) ?? image),
  }));
}

function changeImages(object: ManifestObject, change: (image: string) => string): ManifestObject {
  const path = POD_SPECS[object.kind] ?? TEMPLATE;
  return changeAt(object, path, (spec) => {
    const lists = CONTAINERS.flatMap((key) => {
      const list = spec[key];
      return Array.isArray(list) ? [[key, list.map((each) => changeOne(each, change))]] : [];
    });
    return { ...spec, ...Object.fromEntries(lists) };
  }) as ManifestObject;
}

function changeOne(container: unknown, change: (image: string) => string): unknown {
  if (!isRecord(container) || typeof container.image !== 'string') return container;
  return { ...container, image: change(container.image) };
}

/** Changes the mapping at a path, if there is one. */
function changeAt(value: Plain, path: readonly string[], change: (at: Plain) => Plain): Plain {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const inner = value[key];
  return isRecord(inner) ? { ...value, [key]: changeAt(inner, rest, change) } : value;
}
