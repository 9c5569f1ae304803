import { directory, file, type HostileArchive, hostile, PAYLOAD, symlink } from './archive.ts';

const device = (type: 'char' | 'block', major: number, minor: number) => ({
  ...{ name: 'd', type, mode: 0o666 },
  device: [major, minor] as const,
});
const xattr = (key: string, value: string | Buffer, of = file('a')) =>
  hostile(`xattr: ${key.slice(0, 40)}`, [
    { ...of, pax: { [`SCHILY.xattr.${key}`]: value } },
    file('other'),
  ]);
/** File capabilities, version 3: all of them, for root of the user namespace 0. */
const ALL_CAPABILITIES = Buffer.from(`01000003${'ff'.repeat(16)}00000000`, 'hex');

/** Devices, special files, permissions, and attributes that have a meaning for the kernel. */
export const kinds: readonly HostileArchive[] = [
  hostile('device: disk', [device('block', 253, 0)]),
  hostile('device: first SCSI disk', [device('block', 8, 0)]),
  hostile('device: memory', [device('char', 1, 1)]),
  hostile('device: kernel log', [device('char', 1, 11)]),
  hostile('device: zeros, read as a file', [device('char', 1, 5)]),
  hostile('device: terminal', [device('char', 5, 0)]),
  hostile('device: number 0/0, a whiteout of overlayfs', [device('char', 0, 0)]),
  hostile('device: largest numbers', [device('char', 0o7777777, 0o7777777)]),
  hostile('device: negative numbers', [
    { ...device('char', 1, 1), fields: { major: Buffer.from('ffffffffffffffff', 'hex') } },
  ]),
  hostile('device: with content', [{ ...device('char', 1, 3), content: 'x'.repeat(600) }]),
  hostile('device: in the place of a directory', [
    directory('d/'),
    file('d/a'),
    device('char', 1, 3),
  ]),
  hostile('device: file below it', [device('char', 1, 3), file(`d/${PAYLOAD}`)]),
  hostile('pipe', [{ name: 'p', type: 'fifo' }]),
  hostile('pipe: file over it', [{ name: 'p', type: 'fifo' }, file('p')]),
  hostile('socket', [{ name: 's', flag: 's' }]),
  hostile('set-user-ID: root', [file('a', { mode: 0o4755 }), file('b', { mode: 0o2755 })]),
  hostile('set-user-ID: directory', [directory('d/', { mode: 0o6777 }), file('d/a')]),
  hostile('sticky root', [directory('./', { mode: 0o1777, uid: 1000 }), file('a')]),
  hostile('root without permissions', [directory('./', { mode: 0 }), file('a')]),
  hostile('directory without permissions', [directory('d/', { mode: 0 }), file('d/a')]),
  xattr('trusted.overlay.opaque', 'y', directory('a/')),
  xattr('trusted.overlay.redirect', '/etc', directory('a/')),
  xattr('trusted.overlay.metacopy', '', file('a')),
  xattr('trusted.overlay.origin', 'x'),
  xattr('trusted.overlay.whiteout', 'y'),
  xattr('trusted.anything', 'x'),
  xattr('user.overlay.redirect', '/etc', directory('a/')),
  xattr('user.note', Buffer.from('\0\xff', 'latin1')),
  xattr('user.empty', ''),
  xattr('user.', 'x'),
  xattr('', 'x'),
  xattr('nothing', 'x'),
  xattr(`user.${'n'.repeat(300)}`, 'x'),
  xattr('user.large', 'v'.repeat(100_000)),
  xattr('security.capability', ALL_CAPABILITIES),
  hostile('xattr: capabilities that are none', [
    file('a', { pax: { 'SCHILY.xattr.security.capability': 'not capabilities' } }),
  ]),
  xattr('security.selinux', 'system_u:object_r:unlabeled_t:s0'),
  xattr('security.ima', 'x'),
  xattr('security.evm', 'x'),
  xattr('security.apparmor', 'unconfined'),
  xattr('system.posix_acl_access', 'not a list'),
  xattr(
    'system.posix_acl_default',
    Buffer.from('0200000001000700ffffffff', 'hex'),
    directory('a/'),
  ),
  xattr('system.nfs4_acl', 'x'),
  xattr('user.link', 'x', symlink('a', '/etc')),
  hostile('xattr: of libarchive', [
    file('a', { pax: { 'LIBARCHIVE.xattr.trusted.overlay.opaque': 'eQ==' } }),
  ]),
  hostile('xattr: ACL of star', [file('a', { pax: { 'SCHILY.acl.access': 'user:0:rwx' } })]),
  hostile('xattr: flags of files', [file('a', { pax: { 'SCHILY.fflags': 'immutable' } })]),
  hostile('xattr: thousand', [
    file('a', {
      pax: Object.fromEntries(
        Array.from({ length: 999 }, (_, at) => [`SCHILY.xattr.user.${at}`, 'x']),
      ),
    }),
  ]),
];

const whiteout = (name: string, more = {}) => file(name, { content: '', ...more });

/** Marks of layers that hide files. */
export const whiteouts: readonly HostileArchive[] = [
  hostile('whiteout: of nothing', [whiteout('.wh.')]),
  hostile('whiteout: of the directory', [whiteout('.wh..')]),
  hostile('whiteout: of the parent', [whiteout('.wh...')]),
  hostile('whiteout: of the parent below', [whiteout('a/.wh...')]),
  hostile('whiteout: with a slash', [whiteout('.wh.a/')]),
  hostile('whiteout: with content', [file('.wh.a')]),
  hostile('whiteout: opaque root', [whiteout('.wh..wh..opq')]),
  hostile('whiteout: opaque root after the root', [directory('./'), whiteout('.wh..wh..opq')]),
  hostile('whiteout: opaque with content', [file('a/.wh..wh..opq')]),
  hostile('whiteout: opaque as a directory', [directory('a/.wh..wh..opq/')]),
  hostile('whiteout: directory', [directory('.wh.a/'), file('.wh.a/b')]),
  hostile('whiteout: through a symlink', [symlink('a', '/etc'), whiteout('a/.wh.passwd')]),
  hostile('whiteout: symlink', [symlink('.wh.a', '/etc/passwd')]),
  hostile('whiteout: device', [{ name: '.wh.a', type: 'char', device: [1, 3] }]),
  hostile('whiteout: of a file of the same layer', [file('a'), whiteout('.wh.a')]),
  hostile('whiteout: then a file of the same name', [whiteout('.wh.a'), file('a')]),
  hostile('whiteout: of a directory of the same layer', [file('a/b'), whiteout('.wh.a')]),
  hostile('whiteout: of a whiteout', [whiteout('.wh..wh.a')]),
  hostile('whiteout: old marks of AUFS', [whiteout('.wh..wh.plnk'), whiteout('.wh..wh.aufs')]),
  hostile('whiteout: of etc and proc', [
    whiteout('.wh.etc'),
    whiteout('.wh.proc'),
    whiteout('.wh.dev'),
  ]),
  hostile('whiteout: traversal', [whiteout(`../.wh.${PAYLOAD}`)]),
];
