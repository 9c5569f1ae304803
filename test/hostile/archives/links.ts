import {
  directory,
  file,
  type HostileArchive,
  hostile,
  link,
  long,
  PAYLOAD,
  symlink,
} from './archive.ts';

/** Places of the engine's file system and of the kernel that a link can name. */
const OUTSIDE = [
  '/',
  '..',
  '../../../../../../../../tmp',
  '/tmp',
  '/etc',
  '//tmp',
  '/./tmp/.',
  '/proc/1/root',
  '/proc/self/root/tmp',
  '/proc/self/cwd',
  '/proc/self/fd/1',
  '/proc/thread-self/root',
  '/dev/fd/3',
  '/run/berth',
  '/var/lib/berth',
  '/sys/fs/cgroup',
] as const;

/** Links that lead out of the root, in each order and spelling. */
export const links: readonly HostileArchive[] = [
  ...OUTSIDE.map((target) =>
    hostile(`link: file through a symlink to ${target}`, [
      symlink('out', target),
      file(`out/${PAYLOAD}`),
    ]),
  ),
  hostile('link: two symlinks', [symlink('a', '/'), symlink('b', 'a/tmp'), file(`b/${PAYLOAD}`)]),
  hostile('link: symlink below a symlink', [
    symlink('a', '/tmp'),
    symlink('a/b', '/etc'),
    file(`a/b/${PAYLOAD}`),
  ]),
  hostile('link: symlink in the place of a directory', [
    directory('a/'),
    file('a/b'),
    symlink('a', '/tmp'),
    file(`a/${PAYLOAD}`),
  ]),
  hostile('link: directory over a symlink', [
    symlink('a', '/tmp'),
    directory('a/', { mode: 0o777 }),
    file(`a/${PAYLOAD}`),
  ]),
  hostile('link: file over a symlink', [symlink('a', `/tmp/${PAYLOAD}`), file('a')]),
  hostile('link: directory member that sets a target’s owner', [
    symlink('a', '/etc'),
    directory('a/', { mode: 0o4777, uid: 1000, mtime: 1 }),
  ]),
  hostile('link: symlink to itself', [symlink('a', 'a'), file('a/b')]),
  hostile('link: circle', [symlink('a', 'b'), symlink('b', 'a'), file('a/c')]),
  hostile('link: chain of 100 symlinks', [
    ...Array.from({ length: 100 }, (_, at) => symlink(`s${at}`, `s${at + 1}`)),
    symlink('s100', '/tmp'),
    file(`s0/${PAYLOAD}`),
  ]),
  hostile('link: target of 5,000 bytes', [symlink('a', 'x'.repeat(5000))]),
  hostile('link: empty target', [symlink('a', '')]),
  hostile('link: NUL in a target', [symlink('a', 'b', { pax: { linkpath: `b\0/../${PAYLOAD}` } })]),
  hostile('link: long target', [long('K', `/tmp/${'x/'.repeat(100)}\0`), symlink('a', 'b')]),
  hostile('link: root as a symlink', [symlink('.', '/tmp'), file(PAYLOAD)]),
  hostile('link: root as a symlink with a slash', [symlink('./', '/tmp'), file(PAYLOAD)]),
  hostile('link: ladder to a depth that no path reaches', [
    file(`${'d/'.repeat(1500)}f`),
    symlink('s', 'd/'.repeat(1500).slice(0, -1)),
    file(`s/${'d/'.repeat(1500)}f`),
    symlink(`s/${'d/'.repeat(1500)}t`, 'd/'.repeat(1500).slice(0, -1)),
    symlink('u', `s/${'d/'.repeat(1500)}`),
    file(`u/${'d/'.repeat(1500)}f`),
  ]),
  hostile('hard link: parent', [link('a', '../../etc/passwd'), file('a')]),
  hostile('hard link: absolute', [link('a', '/etc/passwd'), file('a')]),
  hostile('hard link: to itself', [link('a', 'a')]),
  hostile('hard link: to nothing', [link('a', 'missing')]),
  hostile('hard link: empty target', [link('a', '')]),
  hostile('hard link: to the root', [link('a', '/')]),
  hostile('hard link: to a directory', [directory('d/'), link('a', 'd')]),
  hostile('hard link: to a later file', [link('a', 'b'), file('b')]),
  hostile('hard link: to a symlink, then written', [
    symlink('s', `/tmp/${PAYLOAD}`),
    link('h', 's'),
    file('h'),
  ]),
  hostile('hard link: through a symlink', [symlink('s', '/etc'), link('h', 's/passwd'), file('h')]),
  hostile('hard link: to a hard link', [file('a'), link('b', 'a'), link('c', 'b'), link('a', 'c')]),
  hostile('hard link: to a device', [
    { name: 'd', type: 'block', device: [253, 0] },
    link('h', 'd'),
  ]),
  hostile('hard link: with content', [file('a'), link('b', 'a', { content: 'y'.repeat(600) })]),
  hostile('hard link: circle', [link('a', 'b'), link('b', 'a')]),
  hostile('hard link: whiteout', [link('.wh.a', '../etc')]),
  hostile('hard link: to a whiteout', [file('.wh.a', { content: '' }), link('b', '.wh.a')]),
  hostile('hard link: thousand names', [
    file('a'),
    ...Array.from({ length: 1000 }, (_, at) => link(`h${at}`, 'a')),
  ]),
  hostile('hard link: NUL in the target', [
    file('a'),
    link('b', 'a', { fields: { target: 'a\0../x' } }),
  ]),
];
