import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { sendingSession } from '../testing/sending-session.ts';
import { receiveTree } from './receive-tree.ts';
import type { TreeWriter } from './tree-writer.ts';

const { signal } = new AbortController();

test('a file that can’t be written is closed', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'file'), 'content');
  await using sender = await sendingSession({ root: directory.path });
  let closed = 0;
  const file = {
    writeFile: async () => {
      throw new Error('no space left on device');
    },
    close: async () => {
      closed += 1;
    },
  };
  const writer = { add: async () => true, create: async () => file } as unknown as TreeWriter;
  const filter = { paths: [], excluded: [] };
  const received = receiveTree(sender.session, 'context', filter, writer, () => {}, signal);
  await expect(received).rejects.toThrow('no space left on device');
  expect(closed).toBe(1);
});
