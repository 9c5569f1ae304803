import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { bundles } from './bundles.ts';

/**
 * `npm run build [-- TARGET...]` builds the programs in `dist/`. Targets are the bundles, `launcher`,
 * `icons` and `renderer`; the default is all targets.
 */

const repository = join(import.meta.dirname, '..');
const dist = join(repository, 'dist');

const targets: Record<string, () => Promise<unknown>> = {
  ...Object.fromEntries(
    Object.entries(bundles).map(([name, options]) => [name, () => bundle(options)]),
  ),
  launcher: buildLauncher,
  icons: () =>
    cp(join(import.meta.dirname, 'icons'), join(dist, 'icons'), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    }),
  renderer: () =>
    vite({
      configFile: join(repository, 'renderer/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: join(dist, 'renderer'), emptyOutDir: true },
    }),
};

/** Names of chunks contain a hash of their content, so old chunks would pile up. */
async function bundle(options: BuildOptions): Promise<void> {
  if (options.splitting && options.outdir)
    await rm(options.outdir, { recursive: true, force: true });
  await esbuild(options);
}

async function buildLauncher(): Promise<void> {
  await mkdir(dist, { recursive: true });
  await copyFile(join(import.meta.dirname, 'launcher.sh'), join(dist, 'berth'));
  await chmod(join(dist, 'berth'), 0o755);
  // cmd.exe finds labels and long lines reliably only in files with Windows line ends.
  const script = await readFile(join(import.meta.dirname, 'launcher.cmd'), 'utf8');
  await writeFile(join(dist, 'berth.cmd'), script.replace(/\r?\n/g, '\r\n'));
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(targets);
for (const name of wanted) {
  const target = targets[name];
  if (!target) {
    throw new Error(`unknown target ${name}. Choose from: ${Object.keys(targets).join(', ')}`);
  }
  console.log(`build: ${name}`);
  await target();
}
