import { containerOperations } from './containers.ts';
import { imageOperations } from './images.ts';
import { otherOperations } from './others.ts';

/** What a user does with an engine, and what the suite interrupts. */
export const operations = [...containerOperations, ...imageOperations, ...otherOperations] as const;
