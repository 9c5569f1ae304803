import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { bundles } from '../../../build/bundles.ts';

const here = import.meta.dirname;
const repository = join(here, '../../..');

/** Where the build is kept: in `dist`, so that it finds the supervisor and the VM's image. */
export const testBuild = join(repository, 'dist/electron-test');

/** Electron 25 has Node 18 and Chromium 114, and loads only CommonJS. */
const target = ['node18', 'chrome114'];
const main = 'main.cjs';

/**
 * Builds the app for tests, from the same sources and with the options of `build/bundles.ts`, in a
 * form that older Electrons run too. Never shipped. Its main process starts with `observer.ts`.
 */
export async function buildTestApp(): Promise<void> {
  await mkdir(testBuild, { recursive: true });
  const page = join(testBuild, 'renderer');
  await Promise.all([
    bundle('electron', {
      entryPoints: { main: join(here, 'main.ts') },
      alias: { 'node:sqlite': join(here, 'no-sqlite.ts') },
      define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
      // Node 18 would look for an ES module, which native packages aren't.
      supported: { 'dynamic-import': false },
    }),
    bundle('preload', {}),
    vite({
      configFile: join(repository, 'renderer/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: page, emptyOutDir: true, target: 'chrome114' },
    }),
    cp(join(repository, 'build/icons'), join(testBuild, 'icons'), { recursive: true }),
  ]);
  await esbuild({
    entryPoints: [join(here, 'polyfills.ts')],
    outdir: page,
    bundle: true,
    target,
  });
  const index = join(page, 'index.html');
  const html = await readFile(index, 'utf8');
  await writeFile(index, html.replace('<head>', '<head><script src="./polyfills.js"></script>'));
  const { name, version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  await writeFile(join(testBuild, 'package.json'), JSON.stringify({ name, version, main }));
}

async function bundle(name: string, changes: BuildOptions): Promise<void> {
  await esbuild({
    ...bundles[name],
    ...changes,
    outdir: testBuild,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: {},
    target,
  });
}
