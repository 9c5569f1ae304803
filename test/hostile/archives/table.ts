import type { HostileArchive } from './archive.ts';
import { extended, headers } from './headers.ts';
import { kinds, whiteouts } from './kinds.ts';
import { links } from './links.ts';
import { names } from './names.ts';
import { streams } from './streams.ts';

/** All archives of the suite. Names are unique. */
export const archives: readonly HostileArchive[] = [
  ...[names, links, headers, extended, kinds, whiteouts, streams].flat(),
];
