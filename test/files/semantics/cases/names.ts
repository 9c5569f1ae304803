import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Cases, type Place, refused } from '../case.ts';

/** Files of these names can be made, listed, read and removed. */
const allowed =
  (...names: readonly (string | Buffer)[]) =>
  ({ folder }: Place) => {
    const paths = names.map((name) =>
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]),
    );
    for (const [index, path] of paths.entries()) writeFileSync(path, `${index}`);
    const sorted = (all: readonly (string | Buffer)[]) =>
      all.map((name) => Buffer.from(name).toString('hex')).toSorted();
    deepEqual(sorted(readdirSync(folder, { encoding: 'buffer' })), sorted(names));
    for (const [index, path] of paths.entries()) {
      equal(readFileSync(path, 'utf8'), `${index}`);
      unlinkSync(path);
    }
    deepEqual(readdirSync(folder), []);
  };

/** Names of files, from the longest to the strangest. */
export const nameCases: Cases = {
  'a name has 255 bytes': allowed('n'.repeat(255), `${'ä'.repeat(127)}x`),
  'a name of 256 bytes is ENAMETOOLONG': ({ at }) => {
    const long = at('n'.repeat(256));
    refused('ENAMETOOLONG', () => writeFileSync(long, ''));
    refused('ENAMETOOLONG', () => mkdirSync(long));
    refused('ENAMETOOLONG', () => statSync(long));
    refused('ENAMETOOLONG', () => symlinkSync('x', long));
    writeFileSync(at('a'), '');
    refused('ENAMETOOLONG', () => renameSync(at('a'), long));
  },
  'a path of 4,096 bytes is ENAMETOOLONG': ({ folder }) => {
    const path = `${folder}/${'./'.repeat(2048)}`;
    refused('ENAMETOOLONG', () => statSync(`${path}a`));
    ok(existsSync(path.slice(0, 4_000)));
  },
  'names of upper and lower case are different': allowed('readme', 'README', 'Readme'),
  'composed and decomposed Unicode are different names': allowed('caf\u00e9', 'cafe\u0301'),
  'names in many scripts': allowed(
    '日本語',
    'кириллица',
    'العربية',
    'हिन्दी',
    '한국어',
    'ﬃ',
    '\u{1d11e}',
  ),
  'emoji, also joined ones': allowed('🐳', '👩‍👩‍👧‍👦', '🇩🇪'),
  'bytes that aren’t UTF-8': allowed(Buffer.from([0xff, 0xfe, 0x41]), Buffer.from([0xc3, 0x28])),
  'lone halves of UTF-16, as bytes': allowed(Buffer.from([0xed, 0xa0, 0x80])),
  'names that Windows forbids': allowed('a:b', 'a\\b', 'a*b', 'a?b', 'a"b', 'a<b', 'a>b', 'a|b'),
  'devices of Windows': allowed('con', 'NUL', 'aux.txt', 'COM1', 'lpt9.log', 'CONIN$'),
  'dots and spaces at the end': allowed('a.', 'a ', 'a', '...', '. ', ' ', ' a'),
  'control characters': allowed('a\nb', 'a\tb', 'a\rb', 'a\u0001b', 'a\u007fb', '\u001b[31m'),
  'dashes, quotes and other characters of the shell': allowed(
    '-rf',
    "a'b",
    '$(x)',
    '`x`',
    ';',
    '&',
    '~',
    '#',
  ),
  'hidden names and names that tools use': allowed(
    '.hidden',
    '.nfs0001',
    '.fuse_hidden1',
    '..a',
    '.git',
  ),
  'private Unicode, where hosts put what they can’t keep': allowed('\uf03a', '\uf05c', '\uf001'),
  'names that differ in one byte only': allowed('a', 'a\u200b', 'a\u00a0', 'a\ufeff'),
  'an empty name is ENOENT': () => {
    refused('ENOENT', () => statSync(''));
    refused('ENOENT', () => writeFileSync('', ''));
  },
  'slashes count once': ({ folder, file }) => {
    file('a', 'text');
    equal(readFileSync(`${folder}///a`, 'utf8'), 'text');
    equal(readFileSync(`${folder}/./a`, 'utf8'), 'text');
  },
};
