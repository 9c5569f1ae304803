import { appendFile, readFile } from 'node:fs/promises';
import * as z from 'zod';

const resultSchema = z.object({
  seed: z.number(),
  outcome: z.enum(['same', 'reason', 'different']),
  /** Why the results differ as they should. */
  reasons: z.array(z.string()),
  /** What differs without a reason. */
  aspects: z.array(z.string()),
  /** Whether Docker doesn't build the Dockerfile. */
  fails: z.boolean(),
});

/** What became of a seed. */
export type SeedResult = z.infer<typeof resultSchema>;

/** Results by their seeds, in a file so that a later run continues where this run stops. */
export class ResultsFile {
  readonly #path: string | undefined;
  readonly #results = new Map<number, SeedResult>();

  private constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Without a path, the results are only in memory. */
  static async open(path: string | undefined): Promise<ResultsFile> {
    const file = new ResultsFile(path);
    for (const line of path === undefined ? [] : await linesOf(path)) {
      const result = resultSchema.parse(JSON.parse(line));
      file.#results.set(result.seed, result);
    }
    return file;
  }

  get(seed: number): SeedResult | undefined {
    return this.#results.get(seed);
  }

  /** The result replaces an earlier result of the seed. */
  async add(result: SeedResult): Promise<void> {
    this.#results.set(result.seed, result);
    if (this.#path !== undefined) await appendFile(this.#path, `${JSON.stringify(result)}\n`);
  }
}

/** The whole lines. A killed run can leave a part of a line at the end. */
async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').slice(0, -1);
}
