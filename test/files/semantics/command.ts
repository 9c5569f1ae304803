import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { mountKindOf, mountKinds } from '../system/mount-kind.ts';
import { differences } from './differences.ts';
import { runCases } from './run-cases.ts';

/**
 * `semantics --directory D` runs all cases in a folder. `--kind` is what serves the folder, if the type
 * of the mount doesn't say it. `--only TEXT` chooses cases, `--json FILE` writes the results.
 */
export async function semanticsCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      directory: { type: 'string' },
      kind: { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      quiet: { type: 'boolean', default: false },
    },
  });
  if (values.directory === undefined) throw new Error('semantics needs --directory');
  const kind = values.kind ? z.enum(mountKinds).parse(values.kind) : mountKindOf(values.directory);
  const results = await runCases(values.directory, differences[kind], values.only, (result) => {
    if (values.quiet && result.verdict === 'ok') return;
    const detail = result.detail === undefined ? '' : `\n          ${result.detail}`;
    console.log(`${result.verdict.padEnd(8)}  ${result.name}${detail}`);
  });
  const count = (verdict: string) => results.filter((each) => each.verdict === verdict).length;
  if (values.json) await writeFile(values.json, `${JSON.stringify({ kind, results }, null, 2)}\n`);
  console.log(
    `semantics: ${results.length} cases on ${kind}: ${count('ok')} ok, ${count('stated')} differ as stated, ${count('differs')} differ, ${count('stale')} pass though stated`,
  );
  return results.length > 0 && count('differs') + count('stale') === 0;
}
