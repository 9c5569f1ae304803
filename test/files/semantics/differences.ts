import type { MountKind } from '../system/mount-kind.ts';

/**
 * Cases in which a kind of mount differs from a local file system, by the reason: `group: case`. A case
 * that differs and isn't here is a fault, and so is a case here that passes.
 */
const differences: Readonly<Record<MountKind, Readonly<Record<string, readonly string[]>>>> = {
  local: {},
  '9p': {},
  sftp: {
    'SFTP has no request for it': [
      'open: O_TMPFILE has no name until it is linked',
      'open: a fifo without a reader is ENXIO',
      'content: SEEK_DATA and SEEK_HOLE find data and holes',
      'content: fallocate reserves space, and grows the file unless it keeps its size',
      'content: fallocate punches a hole',
      'rename: RENAME_NOREPLACE keeps an existing target',
      'rename: RENAME_EXCHANGE swaps two files',
      'rename: RENAME_EXCHANGE swaps a file and a directory',
      'directories: a listing has the type of each entry',
      'attributes: fifos, sockets and devices keep their type and number',
    ],
    'the host, not the guest, checks permissions, and for its own user': [
      'attributes: only the owner sets times, a writer only now',
      'permissions: only the owner reads a file of mode 0600',
      'permissions: everybody reads a file of mode 0644, and only the owner writes',
      'permissions: the owner’s permissions count for the owner, though others have more',
      'permissions: a supplementary group counts',
      'permissions: the group’s permissions count for the group, though others have more',
      'permissions: a path needs search permission on each directory',
      'permissions: a directory with search permission only can’t be listed',
      'permissions: a directory with read permission only can be listed',
      'permissions: entries change only with write permission on the directory',
      'permissions: a sticky directory keeps files of other users',
      'permissions: a setgid directory gives its group to what is created in it',
      'permissions: only the owner changes a mode',
      'permissions: users can’t give files away',
      'permissions: permission is taken away at once',
    ],
    'SFTP has no extended attributes': [
      'extended: an attribute is set, read, listed and removed',
      'extended: a missing attribute can’t be removed',
      'extended: XATTR_CREATE and XATTR_REPLACE look first',
      'extended: values are bytes, also none',
      'extended: a value has 2,000 bytes, and a file 20 attributes',
      'extended: a directory has attributes',
      'extended: attributes stay with a file that is renamed or linked',
      'extended: a copy has no attributes',
      'extended: setting an attribute changes the time of the attributes only',
      'extended: attributes need the file’s permissions',
      'extended: root keeps trusted attributes',
      'extended: a program keeps its capabilities',
      'extended: an access list gives one more user permission',
    ],
    'the client makes up inode numbers and counts of links': [
      'links: a hard link is the same file',
      'links: a symbolic link can have a hard link',
      'links: a file has 100 hard links',
      'directories: a directory counts the directories in it as links',
      'directories: an entry’s inode number is the file’s',
    ],
    'SFTP has times in whole seconds, from 1970 to 2106, and no time of attributes': [
      'rename: the times of both parents change',
      'attributes: chmod changes the time of the attributes only',
      'attributes: times are kept to the nanosecond',
      'attributes: times of a directory are kept to the nanosecond',
      'attributes: times of a link are its own',
      'attributes: times before 1970 and after 2038 are kept',
      'attributes: UTIME_OMIT leaves a time, UTIME_NOW is now',
      'attributes: setting times changes the time of the attributes',
      'attributes: a write changes the time of the content',
      'attributes: a write just after a time was set counts',
      'attributes: entries that come and go change a directory’s time',
      'attributes: a new hard link changes the file’s time of attributes',
      'mapped: a write through a mapping changes the file’s time',
    ],
    'the owner is always the host’s user': [
      'attributes: chown sets owner and group',
      'attributes: chown of -1 leaves owner or group',
      'attributes: owners of more than 16 bits are kept',
      'attributes: lchown sets the owner of a link only',
      'attributes: a file of another user belongs to its creator',
      'attributes: chown by a user clears setuid and setgid',
    ],
    'the server keeps only the nine bits of read, write and execute': [
      'attributes: chmod sets each bit of a file',
      'attributes: chmod sets each bit of a directory',
    ],
    'SFTP says only that a request failed': [
      'rename: a directory doesn’t replace one with entries',
      'names: a name of 256 bytes is ENAMETOOLONG',
    ],
    'SFTP doesn’t say how much space a file takes': ['content: a sparse file has a hole'],
    'the server’s names are UTF-8': [
      'names: bytes that aren’t UTF-8',
      'names: lone halves of UTF-16, as bytes',
    ],
    'the server refuses names with a backslash': ['names: names that Windows forbids'],
    'SFTP opens a directory by its name each time': [
      'directories: a removed directory that is open has no entries',
    ],
  },
  fuse: {},
};

/** The reason for each case in which a kind of mount differs. */
export function statedFor(kind: MountKind): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(differences[kind]).flatMap(([reason, cases]) =>
      cases.map((name) => [name, reason]),
    ),
  );
}
