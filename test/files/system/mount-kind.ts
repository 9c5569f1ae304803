import { readFileSync, realpathSync } from 'node:fs';

/** What serves a folder. `local` is a file system of this kernel, such as a volume's. */
export const mountKinds = ['local', '9p', 'sftp', 'fuse'] as const;
export type MountKind = (typeof mountKinds)[number];

/** The kind of mount that a folder is in, by its file system's type in /proc/self/mountinfo. */
export function mountKindOf(folder: string): MountKind {
  const path = realpathSync(folder);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const fields = line.split(' ');
      const type = fields[fields.indexOf('-') + 1] ?? '';
      const escaped = fields[4] ?? '/';
      // Spaces and the like are in octal.
      const at = escaped.replace(/\\(\d{3})/g, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      );
      return { type, at };
    })
    .filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`));
  const longest = Math.max(...mounts.map(({ at }) => at.length));
  // The last one covers the ones before.
  const type = mounts.findLast(({ at }) => at.length === longest)?.type ?? '';
  if (type === '9p') return '9p';
  if (type === 'fuse.sshfs') return 'sftp';
  return type.startsWith('fuse') ? 'fuse' : 'local';
}
