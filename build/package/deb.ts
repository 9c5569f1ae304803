import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { runProgram } from '../../vm-image/run-program.ts';
import { listing } from './listing.ts';

const repository = join(import.meta.dirname, '../..');
const scripts = join(import.meta.dirname, 'debian');

/** What Electron needs from Debian and Ubuntu. The VM needs QEMU. */
const depends = [
  'libgtk-3-0 | libgtk-3-0t64',
  'libnotify4',
  'libnss3',
  'libxss1',
  'libxtst6',
  'xdg-utils',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libuuid1',
  'libsecret-1-0',
  'libasound2 | libasound2t64',
];

export interface DebOptions {
  /** The unpacked app. */
  readonly app: string;
  readonly arch: 'arm64' | 'x64';
  /** The folder of the package. */
  readonly output: string;
}

/** Makes a Debian package from the unpacked app, and returns its path. Needs `dpkg-deb`. */
export async function buildDeb({ app, arch, output }: DebOptions): Promise<string> {
  const about = aboutSchema.parse(
    JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')),
  );
  const debian = arch === 'x64' ? 'amd64' : 'arm64';
  const qemu = arch === 'x64' ? 'qemu-system-x86' : 'qemu-system-arm, qemu-efi-aarch64';
  const tree = await mkdtemp(join(output, '.deb-'));
  try {
    await chmod(tree, 0o755);
    await mkdir(join(tree, 'opt'));
    await cp(app, join(tree, 'opt/Berth'), { recursive: true, verbatimSymlinks: true });
    // Chromium's sandbox needs this program where users may not create namespaces.
    await chmod(join(tree, 'opt/Berth/chrome-sandbox'), 0o4755);
    await mkdir(join(tree, 'usr/bin'), { recursive: true });
    await symlink('/opt/Berth/resources/bin/berth', join(tree, 'usr/bin/berth'));
    await place(tree, 'usr/share/applications/berth.desktop', desktopEntry(about.description));
    const icons = join(tree, 'usr/share/icons/hicolor/1024x1024/apps');
    await mkdir(icons, { recursive: true });
    await cp(join(repository, 'build/icons/icon.png'), join(icons, 'berth.png'));
    await place(
      tree,
      'usr/share/doc/berth/copyright',
      await readFile(join(repository, 'LICENSE'), 'utf8'),
    );
    const size = await listing(tree).then((lines) => Number(lines.match(/(\d+) {2}in all$/)?.[1]));
    await place(
      tree,
      'DEBIAN/control',
      `${[
        'Package: berth',
        `Version: ${about.version}`,
        `Architecture: ${debian}`,
        `Maintainer: ${about.author}`,
        `Installed-Size: ${Math.ceil(size / 1024)}`,
        `Depends: ${depends.join(', ')}`,
        `Recommends: ${qemu}, qemu-utils`,
        'Section: devel',
        'Priority: optional',
        `Description: ${about.description}`,
      ].join('\n')}\n`,
    );
    for (const name of ['postinst', 'prerm', 'postrm']) {
      await cp(join(scripts, name), join(tree, 'DEBIAN', name));
      await chmod(join(tree, 'DEBIAN', name), 0o755);
    }
    const path = join(output, `berth_${about.version}_${debian}.deb`);
    await runProgram('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, path]);
    return path;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

const aboutSchema = z.object({
  version: z.string(),
  description: z.string(),
  author: z.string(),
});

async function place(tree: string, path: string, content: string): Promise<void> {
  await mkdir(join(tree, path, '..'), { recursive: true });
  await writeFile(join(tree, path), content, { mode: 0o644 });
}

function desktopEntry(description: string): string {
  return `${[
    '[Desktop Entry]',
    'Type=Application',
    'Name=Berth',
    `Comment=${description}`,
    'Exec=/opt/Berth/berth-app %U',
    'Icon=berth',
    'Terminal=false',
    'Categories=Development;',
    'MimeType=x-scheme-handler/berth;',
    'StartupWMClass=Berth',
  ].join('\n')}\n`;
}
