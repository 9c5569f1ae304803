import { join } from 'node:path';
import { connectMirrored } from '../../../registry/mirror.ts';
import { nativePlatform } from '../../../registry/platform.ts';
import { parseReference, withDefaultTag } from '../../../registry/reference.ts';
import { BlobDirectory } from '../../../store/blob-directory.ts';
import { Damage } from '../../../store/damage.ts';
import type { LayerStore } from '../../../store/layers/layers.ts';
import { EventBus } from '../../events.ts';
import type { ProgressMessage } from '../distribution/progress.ts';
import { Images } from '../images.ts';
import type { ImageUser } from '../store/image.ts';

/** An image cache in its own directory, with everything that a test inspects. */
export interface ImagesFixture {
  readonly images: Images;
  readonly events: EventBus;
  /** Containers by image ID, for a test to fill. */
  readonly users: Map<string, ImageUser[]>;
  readonly damage: Damage;
  /** Pulls to the end and returns all messages. */
  pull(name: string, signal?: AbortSignal): Promise<ProgressMessage[]>;
}

export async function openImages(
  directory: string,
  layers: LayerStore,
  starterLayout = join(directory, 'starter'),
): Promise<ImagesFixture> {
  const events = new EventBus();
  const users = new Map<string, ImageUser[]>();
  const damage = new Damage(() => {});
  const images = await Images.load({
    directory: join(directory, 'records'),
    content: await BlobDirectory.load(join(directory, 'blobs')),
    layers,
    events,
    users: {
      containersOf: (id) => users.get(id) ?? [],
      usesLayer: () => false,
    },
    starterLayout,
    connect: (...request) => connectMirrored(...request, { insecure: [], mirrors: [] }),
    damage,
  });
  const pull = async (name: string, signal = new AbortController().signal) => {
    const messages: ProgressMessage[] = [];
    const request = {
      reference: withDefaultTag(parseReference(name)),
      platform: nativePlatform(),
      credentials: undefined,
    };
    for await (const message of images.pull(request, signal)) messages.push(message);
    return messages;
  };
  return { images, events, users, damage, pull };
}
