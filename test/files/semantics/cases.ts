import type { Cases } from './case.ts';
import { attributeCases } from './cases/attributes.ts';
import { contentCases } from './cases/content.ts';
import { directoryCases } from './cases/directories.ts';
import { extendedCases } from './cases/extended.ts';
import { linkCases } from './cases/links.ts';
import { lockCases } from './cases/locks.ts';
import { mappedCases } from './cases/mapped.ts';
import { nameCases } from './cases/names.ts';
import { openCases } from './cases/open.ts';
import { permissionCases } from './cases/permissions.ts';
import { renameCases } from './cases/rename.ts';
import { unlinkedCases } from './cases/unlinked.ts';

/** What a local file system of Linux does, by subject. */
export const caseGroups: Readonly<Record<string, Cases>> = {
  open: openCases,
  content: contentCases,
  rename: renameCases,
  links: linkCases,
  unlinked: unlinkedCases,
  directories: directoryCases,
  attributes: attributeCases,
  permissions: permissionCases,
  extended: extendedCases,
  mapped: mappedCases,
  locks: lockCases,
  names: nameCases,
};
