import type { Images } from '../../engine/images/images.ts';
import type { Family } from '../../engine/images/store/families.ts';
import { manifestDigests, type StoredImage } from '../../engine/images/store/stored-image.ts';
import {
  attestedManifest,
  type IndexEntry,
  isImageEntry,
} from '../../engine/images/store/stored-index.ts';
import { imageSize } from '../../engine/images/store/usage.ts';
import type { Descriptor } from '../../registry/manifest.ts';
import type { Platform } from '../../registry/platform.ts';
import { imageIdentity } from './image-inspect.ts';

/**
 * The manifests of an image, as clients can ask for them since API 1.47: of each platform in its
 * index, stored or not, and of attestations. Without an index, there is one. Since API 1.54, they
 * can have the image's identity.
 */
export function imageManifests(
  images: Images,
  { image, images: stored, index }: Family,
  withIdentity = false,
) {
  const describe = (found: StoredImage, descriptor: Descriptor, platform?: Platform) => {
    const manifest = storedManifest(images, found, descriptor, platform);
    const identity = withIdentity ? imageIdentity(images, found) : undefined;
    if (identity === undefined) return manifest;
    return { ...manifest, ImageData: { ...manifest.ImageData, Identity: identity } };
  };
  if (index === undefined) return [describe(image, image.record.manifest)];
  return index.manifests.map((entry) => {
    const found = stored.find((each) => manifestDigests(each).includes(entry.digest));
    if (found !== undefined) return describe(found, entry, entry.platform);
    const isAvailable = images.content.has(entry.digest);
    const content = isAvailable ? entry.size : 0;
    return {
      ...common(entry, isAvailable, content, 0),
      ...properties(entry),
    };
  });
}

function properties(entry: IndexEntry) {
  if (isImageEntry(entry)) {
    const Platform = entry.platform ?? { os: '', architecture: '' };
    return { Kind: 'image', ImageData: { Platform, Containers: [], Size: { Unpacked: 0 } } };
  }
  const attested = attestedManifest(entry);
  return attested === undefined
    ? { Kind: 'unknown' }
    : { Kind: 'attestation', AttestationData: { For: attested } };
}

function storedManifest(
  images: Images,
  image: StoredImage,
  descriptor: Descriptor,
  platform: Platform = platformOf(image),
) {
  const unpacked = imageSize(images.layers, image);
  return {
    ...common(descriptor, true, descriptor.size, unpacked),
    Kind: 'image',
    ImageData: {
      Platform: platform,
      Containers: images.containersOf(image.id).map(({ containerId }) => containerId),
      Size: { Unpacked: unpacked },
    },
  };
}

/** The content of a manifest is its documents: layers are counted once, as unpacked. */
function common(descriptor: Descriptor, available: boolean, content: number, unpacked: number) {
  return {
    ID: descriptor.digest,
    Descriptor: descriptor,
    Available: available,
    Size: { Content: content, Total: content + unpacked },
  };
}

export function platformOf({ os, architecture, variant }: StoredImage): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
