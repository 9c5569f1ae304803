import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { type TarEntry, writeTar } from '../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { extractTar } from './extract.ts';

const file = (name: string): TarEntry => ({ name, content: 'x' });

test.each<[string, TarEntry[], string]>([
  ['a file below a file', [file('a'), file('a/b')], "can't unpack a/b: not a directory"],
  [
    'a link to itself',
    [{ name: 's', type: 'symlink', target: 's' }, file('s/a')],
    "can't unpack s/a: too many levels of symbolic links",
  ],
  [
    'a hard link to nothing',
    [{ name: 'h', type: 'link', target: 'missing' }],
    "can't unpack h: no such file or directory",
  ],
  [
    'an attribute of no name',
    [{ ...file('a'), pax: { [`SCHILY.xattr.user.${'n'.repeat(300)}`]: 'x' } }],
    'invalid tar: a has an extended attribute that is too long',
  ],
  [
    'many deep directories',
    Array.from({ length: 8 }, (_, at) => file(`${at}/${'d/'.repeat(1900)}f`)),
    'invalid tar: it names too many directories by their files alone',
  ],
])('%s is refused in words of the archive', async (_, entries, message) => {
  await loadFileCalls();
  await using scratch = await temporaryDirectory();
  const root = join(scratch.path, 'root');
  await mkdir(root);
  await using directory = await open(root, 'r');
  const tar = Readable.from([writeTar(entries)], { objectMode: false });
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const unpacking = extractTar(directory.fd, '/target', tar, { keepKinds: false, owner });
  await expect(unpacking).rejects.toMatchObject({ code: 'invalid', message });
});
