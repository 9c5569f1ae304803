import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runProgram } from '../../vm-image/run-program.ts';
import { guestOf, nameOf, type PackageTarget } from '../package/targets.ts';
import { downloadArchive } from './download.ts';
import { librariesOf } from './libraries.ts';
import { sourceOffer } from './licenses.ts';
import type { Archive, TargetPins } from './pins.ts';
import { isMacSystemLibrary, isWindowsSystemLibrary, selectFiles } from './select-files.ts';

export type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>;

export interface GatherOptions {
  readonly target: PackageTarget;
  readonly pins: TargetPins;
  /** Kept between runs. */
  readonly cache: string;
  /** Replaced. Gets `qemu` or `vfkit`, and `gathered.json` for the SBOM. */
  readonly output: string;
  /** Starts the programs that unpack, change and sign files. */
  readonly run?: RunProgram;
}

/** What QEMU needs to start a Linux kernel directly. On ARM, QEMU needs no firmware for that. */
const firmware: Readonly<Record<'amd64' | 'arm64', readonly string[]>> = {
  amd64: ['bios-256k.bin', 'kvmvapic.bin', 'linuxboot.bin', 'linuxboot_dma.bin'],
  arm64: [],
};

/**
 * Gathers the hypervisor of a target: downloads the archives, takes only the files that Berth uses, and
 * adds the licenses and the offer of the source code. On macOS, also signs the programs.
 */
export async function gatherHypervisor(options: GatherOptions): Promise<void> {
  const { target, pins, cache, output, run = runProgram } = options;
  await mkdir(dirname(output), { recursive: true });
  const scratch = await mkdtemp(`${output}-partial-`);
  try {
    const unpacked = join(scratch, 'unpacked');
    for (const archive of pins.archives) {
      console.log(`hypervisors: ${archive.name} ${archive.version}`);
      const path = await downloadArchive(archive, cache);
      await unpack(archive, path, join(unpacked, archive.name), run);
    }
    const result = join(scratch, 'result');
    const folder = join(result, pins.hypervisor);
    const taken = await takePrograms(target, pins, unpacked, folder, run);
    // An archive may be in the list only because another one depends on it in its own ways.
    const used = pins.archives.filter(({ name }) =>
      taken.some((path) => path.startsWith(join(unpacked, name, '/'))),
    );
    await takeLicenses(used, unpacked, join(folder, 'licenses'));
    await writeFile(join(result, 'gathered.json'), gathered(used));
    await rm(output, { recursive: true, force: true });
    await rename(result, output);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function unpack(archive: Archive, path: string, to: string, run: RunProgram): Promise<void> {
  await mkdir(to, { recursive: true });
  // The installers of QEMU for Windows are archives that 7-Zip reads.
  if (archive.url.endsWith('.exe')) await run('7z', ['x', '-y', `-o${to}`, path]);
  else await run('tar', ['-xf', path, '-C', to]);
}

/** Returns the unpacked files that the programs come from. */
async function takePrograms(
  target: PackageTarget,
  { hypervisor }: TargetPins,
  unpacked: string,
  folder: string,
  run: RunProgram,
): Promise<string[]> {
  const windows = target.platform === 'win32';
  const guest = guestOf(target);
  const suffix = windows ? '.exe' : '';
  const name =
    hypervisor === 'vfkit' ? 'vfkit' : `qemu-system-${guest === 'amd64' ? 'x86_64' : 'aarch64'}`;
  const files = await filesIn(unpacked);
  const program = only(files, `${name}${suffix}`);
  const isSystem = windows ? isWindowsSystemLibrary : isMacSystemLibrary;
  const { libraries } = await selectFiles([program], files, isSystem);

  const bin = join(folder, 'bin');
  const place = async (from: string, directory: string, mode: number) => {
    await mkdir(directory, { recursive: true });
    const to = join(directory, basename(from));
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, mode);
    return to;
  };
  const placed = [await place(program, bin, 0o755)];
  // Windows looks for libraries beside the program.
  const lib = windows ? bin : join(folder, 'lib');
  for (const library of libraries) placed.push(await place(library, lib, 0o644));
  if (hypervisor === 'qemu') {
    // Where QEMU looks, starting from its own folder.
    const share = windows ? join(bin, 'share') : join(folder, 'share/qemu');
    for (const rom of firmware[guest]) await place(only(files, rom), share, 0o644);
  }
  if (!windows) await relocate(placed, run);
  return [program, ...libraries];
}

/** Makes programs find their libraries in `../lib`, and signs them, which the change requires. */
async function relocate(placed: readonly string[], run: RunProgram): Promise<void> {
  for (const path of placed) {
    const isProgram = basename(dirname(path)) === 'bin';
    const changes = (await librariesOf(path))
      .filter((library) => !isMacSystemLibrary(library))
      .flatMap((library) => {
        const folder = isProgram ? '@loader_path/../lib' : '@loader_path';
        return ['-change', library, `${folder}/${basename(library)}`];
      });
    const name = isProgram ? [] : ['-id', `@loader_path/${basename(path)}`];
    if (changes.length + name.length > 0) {
      await run('install_name_tool', [...name, ...changes, path]);
    }
    const rights = isProgram
      ? ['--entitlements', join(import.meta.dirname, '../entitlements.mac.plist')]
      : [];
    // Not a developer's signature: the packaging signs again if it has a certificate.
    await run('codesign', ['--force', '--sign', '-', ...rights, path]);
  }
}

/** The texts of the licenses, and where to get the source code. */
async function takeLicenses(
  archives: readonly Archive[],
  unpacked: string,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name } of archives) {
    const texts = (await filesIn(join(unpacked, name))).filter((path) =>
      /^(copying|licen[cs]e)[\w.-]*$/i.test(basename(path)),
    );
    if (texts.length === 0) throw new Error(`The archive of ${name} has no license`);
    for (const path of texts) {
      await copyFile(path, join(folder, `${name}-${basename(path)}`));
    }
  }
  await writeFile(join(folder, 'SOURCE.txt'), sourceOffer(archives));
}

function gathered(archives: readonly Archive[]): string {
  const parts = archives.map(({ name, version, url, digest, license, source }) => {
    return { name, version, url, digest, license, source };
  });
  return `${JSON.stringify({ parts }, null, 2)}\n`;
}

function only(files: readonly string[], name: string): string {
  const found = files.filter((path) => basename(path) === name);
  const [path] = found;
  if (path !== undefined && found.length === 1) return path;
  throw new Error(`The archives have ${found.length} files named ${name}, not one`);
}

/** Also links to files: programs name some libraries by a link. */
async function filesIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() || (entry.isSymbolicLink() && existsSync(path))) found.push(path);
  }
  return found.sort();
}

/** For messages about a target without a hypervisor in its package. */
export function withoutHypervisor(target: PackageTarget): string {
  return target.platform === 'linux'
    ? `${nameOf(target)} uses the QEMU of the system`
    : `${nameOf(target)} has no hypervisor in its package: see docs/packages.md`;
}
