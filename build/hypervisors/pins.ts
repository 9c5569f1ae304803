import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { nameOf, type PackageTarget, targetNamed } from '../package/targets.ts';

const archiveSchema = z.object({
  name: z.string(),
  version: z.string(),
  url: z.url({ protocol: /^https?$/ }),
  /** The archive's own, as its publisher or another public record lists it. */
  digest: z.string().regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/),
  /** An SPDX expression. */
  license: z.string(),
  /** Where the publisher keeps the source code. */
  source: z.string(),
  /** Who recorded the digest. */
  recordedFrom: z.string(),
});

/** An archive that the package takes files from. */
export type Archive = z.infer<typeof archiveSchema>;

const targetPinsSchema = z.object({
  hypervisor: z.enum(['qemu', 'vfkit']),
  /** Formulae of Homebrew, whose bottles `--update-pins` records in `archives`. */
  formulae: z.array(z.string()),
  /** Empty until somebody has recorded the digests. */
  archives: z.array(archiveSchema),
});
export type TargetPins = z.infer<typeof targetPinsSchema>;

export const pinsSchema = z.record(z.string(), targetPinsSchema);
export type Pins = z.infer<typeof pinsSchema>;

export const pinsPath = join(import.meta.dirname, 'pins.json');

/** The record of `pins.json`, by target. A target that isn't in it has no hypervisor in its package. */
export async function readPins(path = pinsPath): Promise<Pins> {
  const pins = pinsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  for (const name of Object.keys(pins)) targetNamed(name);
  return pins;
}

/**
 * The pins of a target; undefined for a target without a hypervisor in its package. Throws if their
 * digests aren't known: without them, anything could be in the package.
 */
export function completePins(pins: Pins, target: PackageTarget): TargetPins | undefined {
  const found = pins[nameOf(target)];
  if (!found || found.archives.length > 0) return found;
  throw new Error(
    `build/hypervisors/pins.json has no digests for ${nameOf(target)} yet. Where the network can be reached, run \`npm run hypervisors -- --target ${nameOf(target)} --update-pins\`, check the change, and commit it.`,
  );
}
