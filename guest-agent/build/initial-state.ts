import type { ImageConfig } from '../engine/images/store/image.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import type { StageState } from './session.ts';
import { imageKey } from './steps/step-key.ts';

/** The state of a stage that begins with an image, or with nothing. */
export function initialState(image: StoredImage | undefined, config: ImageConfig): StageState {
  const layers = image?.layers ?? [];
  return { image, layers, steps: [], key: imageKey(image), config, hasOwnCommand: false };
}
