/*
 * Paths of the host in the form that the host and the guest use: absolute, with slashes. A Windows
 * drive is a folder in the root, as in Docker Desktop: `C:\Users\me` becomes `/c/Users/me`.
 */

const DRIVE = /^([a-zA-Z]):[\\/]/;

/** Whether a path begins with a drive, `C:\…` or `c:/…`, on any system. */
export const hasDrive = (path: string) => DRIVE.test(path);

/**
 * The form that the host and the guest use, without `.` and `..`. On a Windows host, `C:\Users`,
 * `c:/Users`, `//c/Users` and `/C/Users` become `/c/Users`. Undefined for a path that isn't
 * absolute.
 */
export function hostPathForm(path: string, windows: boolean): string | undefined {
  if (!windows) return path.startsWith('/') ? normalized(path) : undefined;
  const slashes = path.replace(DRIVE, (_, letter: string) => `/${letter}/`).replaceAll('\\', '/');
  if (!slashes.startsWith('/')) return undefined;
  return normalized(slashes).replace(/^\/[A-Z](?=\/|$)/, (drive) => drive.toLowerCase());
}

/** `/c/Users/me` as a Windows path: `C:\Users\me`. Undefined for a path without a drive. */
export function windowsPath(form: string): string | undefined {
  const [, letter, rest = ''] = /^\/([a-z])(?:\/(.*))?$/.exec(form) ?? [];
  if (letter === undefined) return undefined;
  return `${letter.toUpperCase()}:\\${rest.replaceAll('/', '\\')}`;
}

/**
 * A path that a user typed, in the system's notation: on a Windows host, `/c/Users/me` and
 * `//c/Users/me` become `C:\Users\me`, as in Docker Desktop. All other paths stay unchanged.
 */
export function typedPath(path: string, windows: boolean): string {
  if (!windows || !/^\/{1,2}[a-zA-Z](\/|$)/.test(path)) return path;
  return windowsPath(hostPathForm(path, windows) ?? path) ?? path;
}

/**
 * Paths of the VM that clients can mount although they aren't on the host: the kernel's files,
 * sockets (including the engine's), and the root, for programs that monitor the VM.
 */
const MACHINE_PATHS = ['/dev', '/proc', '/sys', '/run', '/var/run', '/lib/modules'];

export const isMachinePath = (path: string) =>
  path === '/' || MACHINE_PATHS.some((folder) => pathBelow(folder, path, false) !== undefined);

/**
 * The part of `path` below `folder`, or `''` for the folder itself. Undefined if `path` is
 * elsewhere.
 */
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
