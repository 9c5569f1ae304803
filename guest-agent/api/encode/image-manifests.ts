import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { imageSize } from '../../engine/images/store/usage.ts';

/**
 * The manifests of an image, which clients since API 1.47 may ask for. One platform of an image is
 * stored, so there is one; its content is the layers themselves and takes no space of its own.
 */
export function imageManifests(images: Images, image: StoredImage) {
  const { document, record } = image;
  const { os, architecture, variant } = document;
  const size = imageSize(images.layers, image);
  return [
    {
      ID: record.manifest.digest,
      Descriptor: record.manifest,
      Available: true,
      Size: { Content: record.manifest.size, Total: record.manifest.size + size },
      Kind: 'image',
      ImageData: {
        Platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
        Containers: images.containersOf(image.id).map(({ containerId }) => containerId),
        Size: { Unpacked: size },
      },
    },
  ];
}
