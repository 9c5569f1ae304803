import { basename } from 'node:path';
import { librariesOf } from './libraries.ts';

/** Finds the files that programs need, and no others. */
export interface Selection {
  /** Paths of the programs, then of their libraries. */
  readonly programs: readonly string[];
  readonly libraries: readonly string[];
}

/**
 * The programs and, of the unpacked files, all libraries that they load, directly or not. Libraries of
 * the system aren't among the unpacked files and stay out; `isSystem` says whether a library is one.
 * Rejects if any other library is missing.
 */
export async function selectFiles(
  programs: readonly string[],
  unpacked: readonly string[],
  isSystem: (library: string) => boolean,
): Promise<Selection> {
  // Windows doesn't distinguish upper and lower case.
  const byName = new Map(unpacked.map((path) => [nameOf(path), path]));
  const found = new Set<string>();
  const missing: string[] = [];
  const pending = [...programs];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const library of await librariesOf(path)) {
      const next = byName.get(nameOf(library));
      if (!next) {
        if (!isSystem(library)) missing.push(`${library}, which ${basename(path)} loads`);
      } else if (!found.has(next)) {
        found.add(next);
        pending.push(next);
      }
    }
  }
  if (missing.length > 0) {
    throw new Error(`The archives lack these libraries:\n${[...new Set(missing)].join('\n')}`);
  }
  for (const program of programs) found.delete(program);
  return { programs, libraries: [...found].sort() };
}

const nameOf = (path: string) => basename(path.replaceAll('\\', '/')).toLowerCase();

/** Libraries in the folders of macOS, which every Mac has. */
export const isMacSystemLibrary = (library: string) =>
  /^(\/usr\/lib\/|\/System\/Library\/)/.test(library);

/** Libraries of Windows 10. Their names are public and stable. */
export const isWindowsSystemLibrary = (library: string) =>
  windowsLibraries.has(library.toLowerCase().replace(/\.dll$/, '')) ||
  /^(api|ext)-ms-win-/i.test(library);

const windowsLibraries = new Set(
  `advapi32 bcrypt bcryptprimitives cfgmgr32 comctl32 comdlg32 crypt32 d3d11 dnsapi dsound dwmapi dwrite
  dxgi gdi32 hid imm32 iphlpapi kernel32 mpr msimg32 msvcrt ncrypt netapi32 ntdll ole32 oleaut32 opengl32
  powrprof psapi rpcrt4 secur32 setupapi shcore shell32 shlwapi ucrtbase user32 userenv usp10 uxtheme
  version winhvemulation winhvplatform winmm winspool.drv wldap32 ws2_32 wtsapi32`.split(/\s+/),
);
