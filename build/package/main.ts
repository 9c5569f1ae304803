import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform } from 'electron-builder';
import configuration from '../electron-builder.ts';
import { buildDeb } from './deb.ts';
import { listing } from './listing.ts';
import { builderPlatform, type PackageTarget, targetNamed } from './targets.ts';
import { testElectron } from './test-electron.ts';

/**
 * `npm run package -- [FORMAT...]` packages the app for this machine's platform and processor, into
 * `dist/installers`. Run `npm run build` and `npm run image` first. Formats: `dir` (only the unpacked
 * app), `deb`, and those of electron-builder. The default is all formats of the target.
 *
 * `--target NAME`: another target, for example `darwin-x64`. `--list`: prints the files of the
 * unpacked app and their sizes instead.
 *
 * With `BERTH_TEST_ELECTRON`, the package has the Electron of this path and is only for tests.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', default: `${process.platform}-${process.arch}` },
    list: { type: 'boolean', default: false },
  },
});

const installers = join(import.meta.dirname, '../../dist/installers');
const target = targetNamed(values.target);
const unpacked = join(installers, unpackedFolder(target));
if (values.list) console.log(await listing(unpacked));
else await makePackages(positionals.length > 0 ? positionals : defaultFormats(target));

async function makePackages(formats: readonly string[]): Promise<void> {
  const built = formats.filter((format) => format !== 'deb');
  const platform = {
    darwin: Platform.MAC,
    linux: Platform.LINUX,
    win32: Platform.WINDOWS,
  }[target.platform];
  // A Debian package is made from the unpacked app.
  const types = built.length > 0 ? built : ['dir'];
  await build({
    targets: platform.createTarget(types, target.arch === 'x64' ? Arch.x64 : Arch.arm64),
    config: await testElectron(configuration, process.env.BERTH_TEST_ELECTRON),
    publish: 'never',
  });
  if (formats.includes('deb')) {
    console.log(
      `package: ${await buildDeb({ app: unpacked, arch: target.arch, output: installers })}`,
    );
  }
}

function defaultFormats({ platform }: PackageTarget): string[] {
  const all = { darwin: ['dmg', 'zip'], linux: ['AppImage', 'deb'], win32: ['nsis', 'msi'] };
  return all[platform];
}

/** Where electron-builder puts the unpacked app. It leaves out `x64`. */
function unpackedFolder({ platform, arch }: PackageTarget): string {
  const name = builderPlatform[platform];
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  return platform === 'darwin' ? `${name}${suffix}` : `${name}${suffix}-unpacked`;
}
