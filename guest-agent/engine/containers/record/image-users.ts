import type { ImageUsers } from '../../images/store/image.ts';
import type { ContainerCollection } from './collection.ts';
import { isActive, layersOf } from './container.ts';

/** The containers as users of the image cache. */
export function imageUsers(containers: ContainerCollection): ImageUsers {
  return {
    containersOf: (imageId) =>
      containers
        .all()
        .filter(({ record }) => record.image === imageId)
        .map(({ id, record }) => ({ containerId: id, running: isActive(record) })),
    usesLayer: (diffId, gone) =>
      containers.unreadable.ids().length > 0 ||
      containers
        .all()
        .some(({ id, record }) => !gone?.has(id) && layersOf(record).includes(diffId)),
  };
}
