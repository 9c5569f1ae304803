import type { PackageTarget } from './targets.ts';

/** The files of node-pty that run on every platform. */
export const sharedPtyFiles: readonly string[] = [
  'node_modules/node-pty/{package.json,LICENSE}',
  'node_modules/node-pty/lib/**/*.js',
  '!node_modules/node-pty/lib/**/*.test.js',
];

/**
 * node-pty's native code for a platform. `${arch}` is electron-builder's. On Linux, `npm install`
 * compiles the code; the other platforms have it in the npm package, with debug symbols.
 */
export function nativePtyFiles(platform: PackageTarget['platform']): readonly string[] {
  if (platform === 'linux') return ['node_modules/node-pty/build/Release/*.node'];
  return [
    `node_modules/node-pty/prebuilds/${platform}-\${arch}/**`,
    '!node_modules/node-pty/prebuilds/**/*.pdb',
  ];
}
