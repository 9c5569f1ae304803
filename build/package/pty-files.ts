import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileSet } from 'electron-builder';
import { runProgram } from '../../vm-image/run-program.ts';
import { nameOf, type PackageTarget } from './targets.ts';

const modules = join(import.meta.dirname, '../../node_modules');

/** The files of node-pty that run on every platform. */
export const sharedPtyFiles: readonly string[] = [
  'node_modules/node-pty/{package.json,LICENSE}',
  'node_modules/node-pty/lib/**/*.js',
  '!node_modules/node-pty/lib/**/*.test.js',
];

/**
 * node-pty's native code for a platform. `${arch}` is electron-builder's. On Linux, `preparePty`
 * compiles the code; the other platforms have it in the npm package, with debug symbols.
 */
export function nativePtyFiles(platform: PackageTarget['platform']): FileSet {
  if (platform === 'linux') {
    return {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder replaces it.
      from: 'dist/package/pty/linux-${arch}',
      to: 'node_modules/node-pty/build/Release',
      filter: ['pty.node'],
    };
  }
  return {
    filter: [
      `node_modules/node-pty/prebuilds/${platform}-\${arch}/**`,
      '!node_modules/node-pty/prebuilds/**/*.pdb',
    ],
  };
}

/**
 * Puts node-pty's native code for Linux in `directory`. For this machine's processor, npm has compiled
 * the code; for the other one, this function does, with Debian's cross compiler.
 */
export async function preparePty(target: PackageTarget, directory: string): Promise<void> {
  if (target.platform !== 'linux') return;
  const path = join(directory, nameOf(target), 'pty.node');
  await mkdir(dirname(path), { recursive: true });
  if (process.platform === 'linux' && process.arch === target.arch) {
    await copyFile(join(modules, 'node-pty/build/Release/pty.node'), path);
    return;
  }
  if (existsSync(path)) return;
  const compiler = `${target.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu-g++`;
  const partial = await mkdtemp(join(directory, 'partial-'));
  try {
    await runProgram(compiler, [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', '-pthread', '-fexceptions', '-s'],
      ...['-DNAPI_CPP_EXCEPTIONS', '-DNODE_GYP_MODULE_NAME=pty', '-D_FORTIFY_SOURCE=2'],
      ...[`-I${modules}/node-addon-api`, `-I${modules}/node-linux-${process.arch}/include/node`],
      ...[join(modules, 'node-pty/src/unix/pty.cc'), '-lutil', '-o', join(partial, 'pty.node')],
    ]).catch((cause: unknown) => {
      throw new Error(
        `The package for ${nameOf(target)} needs node-pty compiled for that processor, and ${compiler} failed. On Debian, install g++-aarch64-linux-gnu or g++-x86-64-linux-gnu, or make the package on ${nameOf(target)}.`,
        { cause },
      );
    });
    await rename(join(partial, 'pty.node'), path);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
