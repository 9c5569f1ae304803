import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { compiledComposeSpecification } from './compose-specification.ts';
import { trimKubernetesClient } from './kubernetes-client.ts';

const repository = join(import.meta.dirname, '..');
const dist = join(repository, 'dist');

const common: BuildOptions = {
  absWorkingDir: repository,
  bundle: true,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  minifyWhitespace: true,
  sourcemap: 'external',
  logLevel: 'warning',
  plugins: [trimKubernetesClient, compiledComposeSpecification],
  // The packaged app looks for its own updates there too: see electron-builder.ts.
  define: { BERTH_UPDATES_ORIGIN: JSON.stringify(process.env.BERTH_UPDATES_URL ?? '') },
  // CommonJS packages in a bundle use these variables.
  banner: {
    js: [
      "import{createRequire as $createRequire}from'node:module';",
      'const require=$createRequire(import.meta.url);',
      'const __filename=import.meta.filename,__dirname=import.meta.dirname;',
    ].join(''),
  },
};

/** Native code can't be bundled. ssh2 works without its native code. */
const native = ['cpu-features', 'node-pty', '*.node'];

/** The targets that `build/build.ts` builds with esbuild. */
export const bundles: Record<string, BuildOptions> = {
  /** The engine, and the client of shared folders, for the Node of the guest. */
  agent: {
    ...common,
    entryPoints: {
      agent: 'guest-agent/main.ts',
      'share-client': 'guest-agent/shares/fuse/main.ts',
    },
    outdir: join(dist, 'agent'),
    target: 'node24',
    external: ['koffi'],
  },
  /** The `berth` command, for the oldest Node that a user may have: the first with `node:sqlite`. */
  cli: {
    ...common,
    entryPoints: { berth: 'electron/cli/main.ts', supervisor: 'electron/host/supervisor/main.ts' },
    outdir: join(dist, 'cli'),
    // A command starts faster if it loads only its own code.
    splitting: true,
    target: 'node22.13',
    external: native,
  },
  /** The app's main process. It expects the page beside it, and the supervisor in `cli`. */
  electron: {
    ...common,
    entryPoints: { main: 'electron/main/main.ts' },
    outdir: dist,
    target: 'node24',
    external: ['electron', ...native],
  },
  /** Electron's sandbox loads only CommonJS. */
  preload: {
    ...common,
    entryPoints: { preload: 'electron/preload/preload.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: {},
    target: 'node24',
    external: ['electron'],
  },
};
