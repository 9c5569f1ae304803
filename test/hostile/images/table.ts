import { configs } from './configs.ts';
import type { HostileImage } from './image.ts';
import { indexes, layers, manifests } from './manifests.ts';

export type { HostileImage } from './image.ts';

/** All images of the suite. Names are unique. */
export const images: readonly HostileImage[] = [configs, manifests, indexes, layers].flat();
