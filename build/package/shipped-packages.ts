import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const repository = join(import.meta.dirname, '../..');

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

/** An npm package whose code is in the app. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** Where npm installed the package, relative to the repository. */
  readonly directory: string;
  readonly license?: string | undefined;
  /** npm's digest of the archive, for example `sha512-…` in Base64. */
  readonly integrity?: string | undefined;
}

/**
 * The npm packages in the app's bundles, in the versions of `package-lock.json`. Optional packages
 * aren't among them: they are native code that the bundles leave out, and Node itself.
 */
export async function shippedPackages(directory = repository): Promise<ShippedPackage[]> {
  const text = await readFile(join(directory, 'package-lock.json'), 'utf8');
  const { packages } = lockSchema.parse(JSON.parse(text));
  return Object.entries(packages).flatMap(([path, { version, license, integrity, ...found }]) => {
    if (!path || !version || found.dev || found.devOptional || found.optional) return [];
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [{ name, version, license, integrity, directory: path }];
  });
}
