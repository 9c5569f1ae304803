import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { imageSize } from '../../engine/images/store/usage.ts';

/**
 * The manifests of an image. Clients can ask for them since API 1.47. Berth stores one platform of
 * an image, so there is one manifest. Its content is the layers, which take no extra space.
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
