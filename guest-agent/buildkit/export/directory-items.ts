import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { walkTree } from '../../engine/archive/tree.ts';
import { TreeMembers } from '../../engine/archive/tree-members.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import type { TarItem } from '../../store/tar/writer.ts';

/** Everything below a directory as the members of a tar. Read each content before the next member. */
export async function* directoryItems(root: string): AsyncGenerator<TarItem> {
  await loadFileCalls();
  await using directory = await open(root, constants.O_RDONLY | constants.O_DIRECTORY);
  const members = new TreeMembers();
  for await (const file of walkTree(directory.fd)) {
    const item = await members.item(file);
    if (item !== undefined) yield item;
  }
}
