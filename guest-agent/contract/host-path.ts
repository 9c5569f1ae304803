/*
 * Paths of the host as both sides write them: absolute, with slashes. A drive of Windows is a
 * folder in the root, as in Docker Desktop: `C:\Users\me` is `/c/Users/me`.
 */

const DRIVE = /^([a-zA-Z]):[\\/]/;

/** `C:\…` or `c:/…`, whatever system this runs on. */
export const hasDrive = (path: string) => DRIVE.test(path);

/**
 * The form that both sides write, without `.` and `..`: of `C:\Users`, `c:/Users`, `//c/Users` and
 * `/C/Users` it is `/c/Users` where the host is Windows. Undefined for a path that is not absolute.
 */
export function hostPathForm(path: string, windows: boolean): string | undefined {
  if (!windows) return path.startsWith('/') ? normalized(path) : undefined;
  const slashes = path.replace(DRIVE, (_, letter: string) => `/${letter}/`).replaceAll('\\', '/');
  if (!slashes.startsWith('/')) return undefined;
  return normalized(slashes).replace(/^\/[A-Z](?=\/|$)/, (drive) => drive.toLowerCase());
}

/** `/c/Users/me` as Windows knows it: `C:\Users\me`. Undefined for a path without a drive. */
export function windowsPath(form: string): string | undefined {
  const [, letter, rest = ''] = /^\/([a-z])(?:\/(.*))?$/.exec(form) ?? [];
  if (letter === undefined) return undefined;
  return `${letter.toUpperCase()}:\\${rest.replaceAll('/', '\\')}`;
}

/**
 * What clients may mount of the machine although it is none of the host's: its kernel's files, its
 * sockets (the engine's among them), and its root, for programs that watch the machine.
 */
const MACHINE_PATHS = ['/dev', '/proc', '/sys', '/run', '/var/run', '/lib/modules'];

export const isMachinePath = (path: string) =>
  path === '/' || MACHINE_PATHS.some((folder) => pathBelow(folder, path, false) !== undefined);

/** What is left of `path` below `folder`, `''` for the folder itself; undefined when it's not in there. */
export function pathBelow(folder: string, path: string, ignoresCase: boolean): string | undefined {
  const fold = (text: string) => (ignoresCase ? text.toLowerCase() : text);
  if (fold(path) === fold(folder)) return '';
  const start = folder === '/' ? '/' : `${folder}/`;
  return fold(path).startsWith(fold(start)) ? path.slice(start.length) : undefined;
}

function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
