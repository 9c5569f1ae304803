import * as z from 'zod';
import type { Archive } from './pins.ts';

/** What Homebrew says of a formula. */
const formulaSchema = z.object({
  name: z.string(),
  versions: z.object({ stable: z.string() }),
  license: z.string().nullable(),
  dependencies: z.array(z.string()),
  urls: z.object({ stable: z.object({ url: z.string() }) }),
  bottle: z.object({
    stable: z.object({
      files: z.record(z.string(), z.object({ url: z.string(), sha256: z.string() })),
    }),
  }),
});

/** The bottles for the oldest macOS that our packages support, by the processor. */
const bottleTags = { arm64: 'arm64_sonoma', x64: 'sonoma' } as const;

/** The archives of formulae and of everything that they depend on, with Homebrew's digests. */
export async function homebrewArchives(
  formulae: readonly string[],
  arch: keyof typeof bottleTags,
  site = 'https://formulae.brew.sh',
): Promise<Archive[]> {
  const found = new Map<string, Archive>();
  const pending = [...formulae];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (found.has(name)) continue;
    const url = `${site}/api/formula/${encodeURIComponent(name)}.json`;
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const formula = formulaSchema.parse(await response.json());
    const { files } = formula.bottle.stable;
    const bottle = files[bottleTags[arch]] ?? files.all;
    if (!bottle) throw new Error(`Homebrew has no ${bottleTags[arch]} bottle of ${name}`);
    found.set(name, {
      name,
      version: formula.versions.stable,
      url: bottle.url,
      digest: `sha256:${bottle.sha256}`,
      license: formula.license ?? 'NOASSERTION',
      source: formula.urls.stable.url,
      recordedFrom: url,
    });
    pending.push(...formula.dependencies);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
