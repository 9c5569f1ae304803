import type { Group } from '../engine/group.ts';
import { cves } from './table.ts';

/** Known faults of other engines. */
export const cveCases: Group = {
  name: 'cves',
  quick: 4,
  cases: cves.map(({ number, about, attack }) => ({ name: `${number}: ${about}`, run: attack })),
  count: (cases) => `${cases} CVEs`,
};
