import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundles } from '../../build/bundles.ts';
import { buildPage } from '../../electron/web/testing/browser.ts';
import type { Figure } from './figure.ts';

/** Chunks of the page smaller than this, in bytes, are counted together. */
const SMALL_CHUNK = 100_000;

/** How much code each process has to read: the bundles as `npm run build` makes them, and the page. */
export async function benchBundles(): Promise<Figure[]> {
  return [...(await programs()), ...(await page())];
}

async function programs(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [target, options] of Object.entries(bundles)) {
    const { metafile } = await build({
      ...options,
      ...{ write: false, metafile: true, sourcemap: false },
    });
    const entries = Object.values<unknown>(options.entryPoints ?? {});
    const outputs = Object.entries(metafile.outputs);
    for (const [path, { entryPoint }] of outputs) {
      if (!entries.includes(entryPoint)) continue;
      const first = sum(closureOf(metafile, path));
      figures.push(kilobytes(`${target}: ${basename(path)} at its start`, first));
    }
    if (outputs.length > 1) {
      figures.push(kilobytes(`${target}: all of it`, sum(Object.values(metafile.outputs))));
    }
  }
  return figures;
}

async function page(): Promise<Figure[]> {
  const { directory, remove } = await buildPage();
  try {
    const assets = join(directory, 'assets');
    const chunks = await Promise.all(
      (await readdir(assets))
        .filter((name) => name.endsWith('.js'))
        .map(async (name) => ({
          // What is left is the chunk's name without the digest of its content.
          name: name.replace(/-[\w-]{8}\.js$/, ''),
          bytes: (await stat(join(assets, name))).size,
        })),
    );
    const large = chunks.filter(({ bytes }) => bytes >= SMALL_CHUNK);
    return [
      ...large
        .toSorted((left, right) => right.bytes - left.bytes)
        .map(({ name, bytes }) => kilobytes(`page: ${name}`, bytes)),
      kilobytes('page: all scripts', sum(chunks)),
    ];
  } finally {
    await remove();
  }
}

/** An output and what it imports, but not what it loads later with `import()`. */
function closureOf({ outputs }: Metafile, entry: string): { bytes: number }[] {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && outputs[next]) waiting.push(next);
    }
  }
  return [...reached].map((path) => ({ bytes: outputs[path]?.bytes ?? 0 }));
}

const sum = (parts: readonly { readonly bytes: number }[]) =>
  parts.reduce((total, { bytes }) => total + bytes, 0);

const kilobytes = (name: string, bytes: number): Figure => ({
  name,
  value: bytes / 1000,
  unit: 'kB',
});
