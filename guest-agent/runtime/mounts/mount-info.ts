import { readFile } from 'node:fs/promises';

/** One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export interface MountInfo {
  readonly id: number;
  readonly parentId: number;
  /** The directory in the file system that is the root of this mount. */
  readonly root: string;
  readonly mountPoint: string;
  /** Options of the mount point: `ro`, `nosuid`, ... */
  readonly options: readonly string[];
  readonly type: string;
  readonly source: string;
  /** Options of the file system: `lowerdir=...`. */
  readonly superOptions: readonly string[];
}

/**
 * Every mount that this process sees, in the kernel's order (a later mount covers an earlier one).
 */
export async function readMounts(): Promise<MountInfo[]> {
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'));
}

export function parseMountInfo(text: string): MountInfo[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ');
      const [id = '', parentId = '', , root = '', mountPoint = '', options = ''] = fields;
      // Any number of optional fields come between the options and the single hyphen.
      const [type = '', source = '', superOptions = ''] = fields.slice(fields.indexOf('-', 6) + 1);
      return {
        id: Number(id),
        parentId: Number(parentId),
        root: unescapeOctal(root),
        mountPoint: unescapeOctal(mountPoint),
        options: options.split(','),
        type,
        source: unescapeOctal(source),
        superOptions: superOptions.split(',').map(unescapeOctal),
      };
    });
}

/** Decodes space, tab, newline and backslash, which the kernel writes as `\ooo`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
