import { file, type HostileArchive, hostile, PAYLOAD } from './archive.ts';

const octal = (value: string) => ({ fields: { size: value } });
/** A number of GNU in base 256. */
const binary = (hex: string) => ({ fields: { size: Buffer.from(hex, 'hex') } });

/** Numbers, checksums and extended headers that readers understand differently. */
export const headers: readonly HostileArchive[] = [
  hostile('size: larger than the archive', [file('a', octal('00000100000\0'))]),
  hostile('size: eight gigabytes', [file('a', octal('77777777777\0'))]),
  hostile('size: negative in base 256', [file('a', binary(`ff${'ff'.repeat(11)}`))]),
  hostile('size: largest in base 256', [file('a', binary(`80${'ff'.repeat(11)}`))]),
  hostile('size: 2^63 in base 256', [file('a', binary('800000008000000000000000'))]),
  hostile('size: minus sign', [file('a', octal('-0000000001\0'))]),
  hostile('size: hexadecimal', [file('a', octal('0x000000200\0'))]),
  hostile('size: digits 8 and 9', [file('a', octal('00000000089\0'))]),
  hostile('size: blanks', [file('a', octal('          1 '))]),
  hostile('size: NUL before digits', [file('a', octal('\x000000000001'))]),
  hostile('size: letters', [file('a', octal('one byte\0\0\0\0'))]),
  hostile('size: of a directory', [
    { name: 'd/', type: 'directory', fields: { size: '00000001000\0' } },
    file('a'),
  ]),
  hostile('size: of a symlink', [
    { name: 's', type: 'symlink', target: 'a', fields: { size: '00000001000\0' } },
    file('a'),
  ]),
  hostile('size: record hides a member', [
    file('a', { content: 'x'.repeat(2048), pax: { size: '0' } }),
  ]),
  hostile('size: negative record', [file('a', { pax: { size: '-1' } })]),
  hostile('size: huge record', [file('a', { pax: { size: '9'.repeat(30) } })]),
  hostile('size: fraction in a record', [file('a', { pax: { size: '1.5' } })]),
  hostile('size: exponent in a record', [file('a', { pax: { size: '1e3' } })]),
  hostile('owner: 2^32', [file('a', { pax: { uid: '4294967296', gid: '4294967296' } })]),
  hostile('owner: 2^32 - 1', [file('a', { pax: { uid: '4294967295' } })]),
  hostile('owner: negative', [file('a', { pax: { gid: '-1' } })]),
  hostile('owner: negative in base 256', [
    file('a', { fields: { uid: Buffer.from('ffffffffffffffff', 'hex') } }),
  ]),
  hostile('owner: text', [file('a', { pax: { uid: 'root' } })]),
  hostile('time: text', [file('a', { pax: { mtime: 'yesterday' } })]),
  hostile('time: before 1970', [file('a', { pax: { mtime: '-99999999' } })]),
  hostile('time: largest', [file('a', { pax: { mtime: '9'.repeat(18) } })]),
  hostile('time: infinite', [file('a', { pax: { mtime: 'Infinity' } })]),
  hostile('time: not a number', [file('a', { pax: { mtime: 'NaN' } })]),
  hostile('time: a million digits', [file('a', { pax: { mtime: `1.${'1'.repeat(900_000)}` } })]),
  hostile('mode: all bits', [file('a', { fields: { mode: '7777777\0' } })]),
  hostile('mode: negative', [
    file('a', { fields: { mode: Buffer.from('ffffffffffffffff', 'hex') } }),
  ]),
  hostile('checksum: wrong', [file('a', { fields: { checksum: '000000\0 ' } })]),
  hostile('checksum: text', [file('a', { fields: { checksum: 'checksum' } })]),
  hostile('checksum: empty', [file('a', { fields: { checksum: '' } })]),
  hostile('magic: none', [file('a', { fields: { magic: '' } })]),
  hostile('magic: GNU, with a prefix', [
    file(PAYLOAD, { fields: { magic: 'ustar  \0', prefix: '../../tmp' } }),
  ]),
  hostile('magic: unknown', [file('a', { fields: { magic: 'rats\0\0\0\0' } })]),
];

const raw = (data: string | Buffer, flag = 'x') => [
  { name: 'pax', flag, content: data },
  file('a'),
];
const record = (text: string) => {
  const length = (digits: number) => digits + 1 + Buffer.byteLength(text) + 1;
  const digits = String(length(String(length(3)).length)).length;
  return `${length(digits)} ${text}\n`;
};

export const extended: readonly HostileArchive[] = [
  hostile('pax: record of length 0', raw('0 a=b\n')),
  hostile('pax: negative length', raw('-6 a=b\n')),
  hostile('pax: length beyond the header', raw('99999 path=a\n')),
  hostile('pax: length of 30 digits', raw(`${'9'.repeat(30)} path=a\n`)),
  hostile('pax: no length', raw('path=a\n')),
  hostile('pax: no equals sign', raw('8 path\n\n')),
  hostile('pax: no line feed', raw('9 path=ab')),
  hostile('pax: no key', raw('5 =a\n')),
  hostile('pax: blank before the key', raw('11  path=a\n')),
  hostile('pax: plus sign', raw('+9 path=a\n')),
  hostile('pax: one byte', raw('1')),
  hostile('pax: empty', raw('')),
  hostile('pax: zeros', raw(Buffer.alloc(512))),
  hostile('pax: key with NUL', raw(record('pa\0th=../x'))),
  hostile('pax: the same key twice', raw(record('path=a') + record(`path=../${PAYLOAD}`))),
  hostile('pax: two headers', [
    { name: 'pax', flag: 'x', content: record('path=b') },
    { name: 'pax', flag: 'x', content: record(`path=../${PAYLOAD}`) },
    file('a'),
  ]),
  hostile('pax: header without a member', [
    file('a'),
    { name: 'pax', flag: 'x', content: record('path=b') },
  ]),
  hostile('pax: for all members', raw(record(`path=../${PAYLOAD}`), 'g')),
  hostile('pax: for all members, size', raw(record('size=1000000'), 'g')),
  hostile('pax: old type of Solaris', raw(record(`path=../${PAYLOAD}`), 'X')),
  hostile('pax: 100,000 records', raw(record('a=b').repeat(100_000))),
  hostile('pax: 2 MiB', raw(record(`comment=${'x'.repeat(2 << 20)}`))),
  hostile('pax: claims a gigabyte', [
    { name: 'pax', flag: 'x', content: 'x', fields: { size: '10000000000\0' } },
    file('a'),
  ]),
  hostile(
    'pax: 5,000 headers',
    Array.from({ length: 5000 }, () => ({ name: 'g', flag: 'g', content: record('comment=x') })),
  ),
  hostile('pax: character set', [file('a', { pax: { hdrcharset: 'BINARY', path: 'caf\xe9' } })]),
  hostile('pax: prototype', [
    file('a', { pax: { __proto__x: '1', constructor: '1', 'SCHILY.xattr.__proto__': 'x' } }),
  ]),
  hostile('sparse: GNU 1.0 in records', [
    file('a', {
      pax: {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': `../${PAYLOAD}`,
        'GNU.sparse.realsize': '9'.repeat(15),
      },
    }),
  ]),
  hostile('sparse: GNU 0.1 in records', [
    file('a', { pax: { 'GNU.sparse.map': '0,1,8589934592,1', 'GNU.sparse.size': '8589934593' } }),
  ]),
  hostile('sparse: type S', [{ name: 'a', flag: 'S', content: 'x' }]),
  hostile('type: volume header', [{ name: `../${PAYLOAD}`, flag: 'V', content: '' }, file('a')]),
  hostile('type: continued file', [{ name: 'a', flag: 'M', content: 'x' }]),
  hostile('type: directory of names', [{ name: 'd/', flag: 'D', content: 'Ya\0\0' }]),
  hostile('type: contiguous file', [file('a', { flag: '7' })]),
  hostile('type: NUL', [file('a', { flag: '\0' })]),
  hostile('type: unknown', [file('a', { flag: '?' })]),
  hostile('type: high byte', [file('a', { flag: Buffer.from([0xff]).toString('latin1') })]),
];
