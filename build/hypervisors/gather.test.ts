import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { runProgram } from '../../vm-image/run-program.ts';
import { targetNamed } from '../package/targets.ts';
import { gatherHypervisor } from './gather.ts';
import type { Archive } from './pins.ts';
import { type ArchiveServer, startArchiveServer } from './testing/archive-server.ts';
import { macProgram, windowsProgram } from './testing/fake-programs.ts';

let server: ArchiveServer;
let root: string;
/** The programs that were started, except `tar`. */
let started: string[][];
beforeEach(async () => {
  server = await startArchiveServer();
  root = await temporaryDirectory();
  started = [];
});

/** Tools of other systems only leave a trace. The fabricated installers are tar files. */
async function run(program: string, args: readonly string[]): Promise<void> {
  if (program === 'tar') await runProgram(program, args);
  else if (program === '7z') {
    const to = args.find((each) => each.startsWith('-o'))?.slice(2) ?? '';
    await runProgram('tar', ['-xf', args.at(-1) ?? '', '-C', to]);
  } else started.push([program, ...args]);
}

type Content = string | Buffer | { readonly link: string };

async function archive(name: string, files: Record<string, Content>): Promise<Archive> {
  const directory = join(root, 'made', name);
  for (const [path, content] of Object.entries(files)) {
    const full = join(directory, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'object' && 'link' in content) await symlink(content.link, full);
    else await writeFile(full, content);
  }
  await runProgram('tar', ['-cf', `${directory}.tar`, '-C', directory, '.']);
  return server.add(name, await readFile(`${directory}.tar`));
}

async function gather(name: string, hypervisor: 'qemu' | 'vfkit', archives: Archive[]) {
  const output = join(root, 'hypervisors', name);
  await gatherHypervisor({
    ...{ target: targetNamed(name), pins: { hypervisor, formulae: [], archives } },
    ...{ cache: join(root, 'cache'), output, run },
  });
  const entries = await readdir(output, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1))
    .sort();
}

const roms = Object.fromEntries(
  ['bios-256k.bin', 'kvmvapic.bin', 'linuxboot.bin', 'linuxboot_dma.bin', 'vgabios.bin'].map(
    (name) => [`share/${name}`, name],
  ),
);

it('takes only what Berth uses of QEMU for Windows', async () => {
  const qemu = await archive('qemu.exe', {
    ...roms,
    'qemu-system-x86_64.exe': windowsProgram('KERNEL32.dll', 'libglib-2.0-0.dll'),
    'qemu-system-ppc.exe': windowsProgram('libglib-2.0-0.dll'),
    'libglib-2.0-0.dll': windowsProgram('libINTL-8.dll', 'msvcrt.dll'),
    'libintl-8.dll': windowsProgram('KERNEL32.dll'),
    'libgtk-3-0.dll': windowsProgram(),
    COPYING: 'GNU GENERAL PUBLIC LICENSE',
    'COPYING.LIB': 'LESSER',
  });
  expect(await gather('win32-x64', 'qemu', [qemu])).toEqual([
    'gathered.json',
    'qemu/bin/libglib-2.0-0.dll',
    'qemu/bin/libintl-8.dll',
    'qemu/bin/qemu-system-x86_64.exe',
    'qemu/bin/share/bios-256k.bin',
    'qemu/bin/share/kvmvapic.bin',
    'qemu/bin/share/linuxboot.bin',
    'qemu/bin/share/linuxboot_dma.bin',
    'qemu/licenses/SOURCE.txt',
    'qemu/licenses/qemu-COPYING',
    'qemu/licenses/qemu-COPYING.LIB',
  ]);
  const offer = await readFile(
    join(root, 'hypervisors/win32-x64/qemu/licenses/SOURCE.txt'),
    'utf8',
  );
  expect(offer).toContain('qemu 1.0 (GPL-2.0-only)');
  expect(offer).toContain('three years');
  expect(started).toEqual([]);
});

it('makes QEMU for macOS find its libraries, and signs it for the hypervisor', async () => {
  const qemu = await archive('qemu.tar', {
    'qemu/1.0/bin/qemu-system-x86_64': macProgram(
      '@@HOMEBREW_PREFIX@@/opt/glib/lib/libglib-2.0.0.dylib',
      '/usr/lib/libSystem.B.dylib',
    ),
    'qemu/1.0/LICENSE': 'GNU',
    ...Object.fromEntries(Object.entries(roms).map(([path, text]) => [`qemu/1.0/${path}`, text])),
  });
  const glib = await archive('glib.tar', {
    'glib/1.0/lib/libglib-2.0.0.7.dylib': macProgram('/usr/lib/libSystem.B.dylib'),
    'glib/1.0/lib/libglib-2.0.0.dylib': { link: 'libglib-2.0.0.7.dylib' },
    'glib/1.0/COPYING': 'LGPL',
  });
  const unused = await archive('ca-certificates.tar', { 'share/cacert.pem': '' });
  expect(await gather('darwin-x64', 'qemu', [qemu, glib, unused])).toEqual([
    'gathered.json',
    'qemu/bin/qemu-system-x86_64',
    'qemu/lib/libglib-2.0.0.dylib',
    'qemu/licenses/SOURCE.txt',
    'qemu/licenses/glib-COPYING',
    'qemu/licenses/qemu-LICENSE',
    ...['bios-256k', 'kvmvapic', 'linuxboot', 'linuxboot_dma'].map(
      (name) => `qemu/share/qemu/${name}.bin`,
    ),
  ]);
  const parts = await readFile(join(root, 'hypervisors/darwin-x64/gathered.json'), 'utf8');
  expect(JSON.parse(parts).parts.map(({ name }: Archive) => name)).toEqual(['qemu', 'glib']);
  const program = join(root, 'hypervisors/darwin-x64/qemu/bin/qemu-system-x86_64');
  expect((await stat(program)).mode & 0o777).toBe(0o755);
  const commands = started.map((words) =>
    [...words.slice(0, -1), basename(words.at(-1) ?? '')].join(' '),
  );
  expect(commands[0]).toBe(
    'install_name_tool -change @@HOMEBREW_PREFIX@@/opt/glib/lib/libglib-2.0.0.dylib @loader_path/../lib/libglib-2.0.0.dylib qemu-system-x86_64',
  );
  expect(commands[1]).toMatch(
    /^codesign --force --sign - --entitlements .*entitlements\.mac\.plist qemu-system-x86_64$/,
  );
  expect(commands.slice(2)).toEqual([
    'install_name_tool -id @loader_path/libglib-2.0.0.dylib libglib-2.0.0.dylib',
    'codesign --force --sign - libglib-2.0.0.dylib',
  ]);
});

it('takes vfkit as it is, with its signature', async () => {
  const vfkit = await archive('vfkit.tar', {
    'vfkit/1.0/bin/vfkit': macProgram('/System/Library/Frameworks/Virtualization.framework/V'),
    'vfkit/1.0/LICENSE': 'Apache',
  });
  expect(await gather('darwin-arm64', 'vfkit', [vfkit])).toEqual([
    'gathered.json',
    'vfkit/bin/vfkit',
    'vfkit/licenses/SOURCE.txt',
    'vfkit/licenses/vfkit-LICENSE',
  ]);
  expect(started.map(([program]) => program)).toEqual(['codesign']);
});

it.each<[string, Record<string, Content>, string]>([
  [
    'a library',
    { 'qemu-system-x86_64.exe': windowsProgram('libslirp-0.dll'), COPYING: '', ...roms },
    'libslirp-0.dll, which qemu-system-x86_64.exe loads',
  ],
  ['the program', { COPYING: '', ...roms }, '0 files named qemu-system-x86_64.exe'],
  ['a license', { 'qemu-system-x86_64.exe': windowsProgram(), ...roms }, 'qemu has no license'],
  ['firmware', { 'qemu-system-x86_64.exe': windowsProgram(), COPYING: '' }, 'bios-256k.bin'],
])(
  'refuses an archive without %s, and keeps what was gathered before',
  async (_, files, reason) => {
    const good = { 'qemu-system-x86_64.exe': windowsProgram(), COPYING: '', ...roms };
    await gather('win32-x64', 'qemu', [await archive('qemu.exe', good)]);
    const other = await archive('other/qemu.exe', files).then((each) => ({
      ...each,
      name: 'qemu',
    }));
    await expect(gather('win32-x64', 'qemu', [other])).rejects.toThrow(reason);
    expect(existsSync(join(root, 'hypervisors/win32-x64/qemu/bin/qemu-system-x86_64.exe'))).toBe(
      true,
    );
    expect(await readdir(join(root, 'hypervisors'))).toEqual(['win32-x64']);
  },
);
