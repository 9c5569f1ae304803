import { type TarEntry, writeTar } from '../../../store/testing/tar-writer.ts';

/** Bytes that compress badly, the same in every run. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let i = 0; i < size; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    bytes[i] = state >> 16;
  }
  return bytes;
}

const directory = (name: string, more: Partial<TarEntry> = {}): TarEntry => ({
  name,
  type: 'directory',
  mtime: 1_600_000_000,
  ...more,
});

const file = (name: string | Buffer, content: string | Buffer, more: Partial<TarEntry> = {}) => ({
  name,
  content,
  mtime: 1_600_000_001,
  ...more,
});

/** VFS_CAP_REVISION_2, effective, cap_net_raw (linux/capability.h). */
const CAP_NET_RAW = Buffer.from('0100000200200000000000000000000000000000', 'hex');

const root = directory('./', { mode: 0o755 });

/** Layers, lowest first, with everything that a layer can contain and that tools get wrong. */
export const awkwardLayers: readonly Buffer[] = [
  [
    root,
    directory('bin/'),
    file('bin/su', '#!', { mode: 0o4755 }),
    file('bin/wall', '#!', { mode: 0o2755, gid: 5 }),
    file('bin/ping', '#!', {
      mode: 0o755,
      pax: { 'SCHILY.xattr.security.capability': CAP_NET_RAW },
    }),
    directory('tmp/', { mode: 0o1777 }),
    directory('etc/'),
    file('etc/passwd', 'root:x:0:0::/:/bin/sh\n'),
    file('etc/shadow', 'root:*\n', { mode: 0o640, gid: 42 }),
    file('etc/old', 'goes in layer 3'),
  ],
  [
    root,
    directory('data/'),
    file('data/one', 'hard', { uid: 1000, gid: 1001 }),
    { name: 'data/two', type: 'link', target: 'data/one', uid: 1000, gid: 1001 },
    { name: 'data/three', type: 'link', target: 'data/one', uid: 1000, gid: 1001 },
    { name: 'data/relative', type: 'symlink', target: '../etc/passwd', mtime: 5 },
    { name: 'data/absolute', type: 'symlink', target: '/etc/passwd', mtime: 6 },
    { name: 'data/dangling', type: 'symlink', target: `nowhere/${'x'.repeat(200)}`, mtime: 7 },
    { name: 'data/pipe', type: 'fifo', mode: 0o620, mtime: 8 },
    { name: 'data/null', type: 'char', device: [1, 3], mode: 0o666, mtime: 9 },
    { name: 'data/disk', type: 'block', device: [259, 300], mode: 0o660, gid: 6, mtime: 10 },
  ],
  [
    root,
    directory('etc/', { mtime: 1_600_000_100 }),
    file('etc/.wh.old', ''),
    directory('etc/conf.d/'),
    ...Array.from({ length: 300 }, (_, i) => file(`etc/conf.d/${i}.conf`, `value = ${i}\n`)),
  ],
  [
    root,
    directory('big/'),
    file('big/noise', noise(3_000_001)),
    file('big/zeros', Buffer.alloc(8 << 20)),
  ],
  [
    root,
    directory('names/'),
    file(`names/${'long-'.repeat(45)}`, 'long'),
    file(Buffer.from('names/latin-\xe9\xff', 'latin1'), 'not UTF-8'),
    file('names/ünïcødé-名前', 'UTF-8'),
    file('names/space and\ttab', 'blank'),
    ...Array.from({ length: 30 }, (_, i) => directory(`names/${'deep/'.repeat(i + 1)}`)),
    file(`names/${'deep/'.repeat(30)}bottom`, 'deep'),
    file('names/fraction', 'x', { pax: { mtime: '1600000000.123456789' } }),
    file('names/tagged', 'x', {
      pax: { 'SCHILY.xattr.user.note': 'a value' },
    }),
    file('names/owner', 'x', { uid: 2_000_000, gid: 2_097_151 }),
  ],
  [],
  [
    root,
    // Opaque: hides the content of lower layers.
    directory('etc/', { mtime: 1_600_000_200 }),
    directory('etc/conf.d/', { mode: 0o700, mtime: 1_600_000_201 }),
    file('etc/conf.d/.wh..wh..opq', ''),
    file('etc/conf.d/only.conf', 'alone\n'),
  ],
  [],
  [
    root,
    // A file becomes a directory, another is removed, and so is one that never existed.
    directory('data/', { mtime: 1_600_000_300 }),
    file('data/.wh.pipe', ''),
    file('data/.wh.never', ''),
    directory('bin/', { mtime: 1_600_000_301 }),
    file('bin/.wh.wall', ''),
    directory('bin/su/', { mtime: 1_600_000_302 }),
    file('bin/su/inside', 'x'),
  ],
  [
    root,
    directory('etc/', { mtime: 1_600_000_400 }),
    file('etc/passwd', 'root:x:0:0::/:/bin/ash\n'),
  ],
].map((entries) => (entries.length === 0 ? Buffer.alloc(0) : writeTar(entries as TarEntry[])));
