import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, type Configuration, Platform } from 'electron-builder';
import configuration from '../electron-builder.ts';
import { signedConfiguration, withoutEmptySecrets } from '../release/signing.ts';
import { buildDeb } from './deb.ts';
import { checkLayout } from './layout/check-layout.ts';
import { sizeTable } from './layout/sizes.ts';
import { standInElectron } from './layout/stand-in-electron.ts';
import { listing } from './listing.ts';
import {
  builderPlatform,
  nameOf,
  type PackageTarget,
  packageTargets,
  targetNamed,
} from './targets.ts';
import { testElectron } from './test-electron.ts';

/**
 * `npm run package -- [FORMAT...]` packages the app for this machine's platform and processor, into
 * `dist/installers`. Run `npm run build` and `npm run image` first. Formats: `dir` (only the unpacked
 * app), `deb`, and those of electron-builder. The default is all formats of the target.
 *
 * The format `layout` packs the app around a stand-in for Electron, into `dist/installers/layout`. It
 * needs no download of Electron for the target, and shows what a package contains besides Electron.
 *
 * `--target NAME`: another target, for example `darwin-x64`, or `all`. `--list`: only prints the files
 * of what was packed last, and their sizes. `--sizes`: only prints the sizes of the parts, in a table.
 *
 * With `BERTH_TEST_ELECTRON`, the package has the Electron of this path and is only for tests.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', default: `${process.platform}-${process.arch}` },
    list: { type: 'boolean', default: false },
    sizes: { type: 'boolean', default: false },
  },
});

const installers = join(import.meta.dirname, '../../dist/installers');
const layouts = join(installers, 'layout');
const targets = values.target === 'all' ? packageTargets : [targetNamed(values.target)];

withoutEmptySecrets(process.env);
if (values.sizes) {
  console.log(await sizeTable(targets, (target) => packedFolder(target)));
} else {
  for (const target of targets) {
    if (values.list) console.log(`${nameOf(target)}\n${await listing(packedFolder(target))}\n`);
    else await makePackages(target, positionals.length > 0 ? positionals : defaultFormats(target));
  }
}

async function makePackages(target: PackageTarget, formats: readonly string[]): Promise<void> {
  if (formats.includes('layout')) await makeLayout(target);
  const wanted = formats.filter((format) => format !== 'layout');
  if (wanted.length === 0) return;
  const built = wanted.filter((format) => format !== 'deb');
  // A Debian package is made from the unpacked app.
  await pack(
    target,
    built.length > 0 ? built : ['dir'],
    await testElectron(
      signedConfiguration(configuration, process.env),
      process.env.BERTH_TEST_ELECTRON,
    ),
  );
  const app = join(installers, unpackedFolder(target));
  await checkLayout(target, app);
  if (wanted.includes('deb')) {
    console.log(`package: ${await buildDeb({ app, arch: target.arch, output: installers })}`);
  }
}

async function makeLayout(target: PackageTarget): Promise<void> {
  const standIn = await standInElectron(
    configuration,
    target,
    join(installers, '../package/stand-in-electron'),
  );
  await pack(target, ['dir'], {
    ...standIn,
    directories: { ...standIn.directories, output: layouts },
  });
  await checkLayout(target, join(layouts, unpackedFolder(target)));
}

async function pack(
  target: PackageTarget,
  types: readonly string[],
  { beforePack = null, afterPack = null, ...data }: Configuration,
): Promise<void> {
  const platform = {
    darwin: Platform.MAC,
    linux: Platform.LINUX,
    win32: Platform.WINDOWS,
  }[target.platform];
  await build({
    targets: platform.createTarget([...types], target.arch === 'x64' ? Arch.x64 : Arch.arm64),
    // electron-builder changes what it gets.
    config: { ...structuredClone(data), beforePack, afterPack },
    publish: 'never',
  });
}

function defaultFormats({ platform }: PackageTarget): string[] {
  const all = { darwin: ['dmg', 'zip'], linux: ['AppImage', 'deb'], win32: ['nsis', 'msi'] };
  return all[platform];
}

/** The layout of a target if there is one, otherwise the unpacked app. */
function packedFolder(target: PackageTarget): string {
  const layout = join(layouts, unpackedFolder(target));
  return existsSync(layout) ? layout : join(installers, unpackedFolder(target));
}

/** Where electron-builder puts the unpacked app. It leaves out `x64`. */
function unpackedFolder({ platform, arch }: PackageTarget): string {
  const name = builderPlatform[platform];
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  return platform === 'darwin' ? `${name}${suffix}` : `${name}${suffix}-unpacked`;
}
