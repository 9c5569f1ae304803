import { Readable } from 'node:stream';
import { EngineError } from '../../../guest-agent/errors.ts';
import { readTar } from '../../../guest-agent/store/tar/reader.ts';
import { ask } from '../../fixtures/ask.ts';

/** Reads the files of a container's directory. Throws unless each has a name inside of the directory. */
export async function readBack(socket: string, id: string, path: string): Promise<void> {
  const { status, bytes, text } = await ask(socket, {
    path: `/containers/${id}/archive?path=${encodeURIComponent(path)}`,
  });
  if (status !== 200) throw new Error(`can't read the files back: ${text.slice(0, 300)}`);
  // The rest of a long answer isn't read. Names can be too long with the directory's before them.
  if (bytes.length >= 60 << 20) return;
  for await (const { member } of members(bytes)) {
    const parts = member.name.split('/');
    if (parts.includes('..') || member.name.includes('\0')) {
      throw new Error(`the file ${member.name} is outside of ${path}`);
    }
  }
}

async function* members(bytes: Buffer) {
  try {
    yield* readTar(Readable.from([bytes]));
  } catch (error) {
    if (!(error instanceof EngineError) || !/longer than/.test(error.message)) throw error;
  }
}
