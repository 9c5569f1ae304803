import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { debianPackages } from '../../../guest-agent/store/testing/debian-program.ts';

const run = promisify(execFile);
const REPOSITORY = resolve(import.meta.dirname, '../../..');
const RELEASE = 'trixie';

/** What the programs call. */
const PACKAGES = [
  ...['bash', 'coreutils', 'debianutils', 'tar', 'git', 'make', 'gcc', 'libc6-dev', 'sqlite3'],
  ...['inotify-tools', 'python3-watchdog'],
];

/**
 * Writes a tar with Debian's tools, Node, and this folder's programs and the workloads as bundles. It
 * can be imported as an image. The tools are fetched the first time.
 */
export async function writeProgramsImage(tar: string): Promise<void> {
  const root = await debianPackages('files-image', PACKAGES, RELEASE);
  const directory = await mkdtemp(join(tmpdir(), 'files-image-'));
  try {
    await build({
      entryPoints: {
        files: join(REPOSITORY, 'test/files/main.ts'),
        'peer-process': join(REPOSITORY, 'test/files/semantics/peer-process.ts'),
        workloads: join(REPOSITORY, 'test/bench/workloads/main.ts'),
      },
      ...{ outdir: join(directory, 'app'), outExtension: { '.js': '.mjs' } },
      ...{ bundle: true, platform: 'node', format: 'esm', target: 'node24' },
      // Native code can’t be bundled, and containers boot no VM.
      external: ['koffi', 'chokidar', join(REPOSITORY, 'test/files/vm-command.ts')],
    });
    const modules = join(REPOSITORY, 'node_modules');
    const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
    for (const name of [
      ...['koffi', `@koromix/koffi-linux-${architecture}`, 'chokidar', 'readdirp'],
    ]) {
      await cp(join(modules, name), join(directory, 'app/node_modules', name), {
        recursive: true,
        dereference: true,
      });
    }
    await mkdir(join(directory, 'usr/bin'), { recursive: true });
    const node = join(modules, `node-linux-${architecture}/bin/node`);
    await cp(node, join(directory, 'usr/bin/node'));
    // Debian's packages make this link when they are configured.
    await symlink('bash', join(directory, 'usr/bin/sh'));
    await mkdir(join(directory, 'tmp'), { mode: 0o1777 });
    await run('tar', ['-C', root, '--exclude=./dev/*', '--exclude=./tmp', '-cf', tar, '.']);
    await run('tar', [
      '-C',
      directory,
      '-rf',
      tar,
      './app',
      './usr/bin/node',
      './usr/bin/sh',
      './tmp',
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
}
