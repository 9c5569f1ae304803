import { interpolateSource } from './document.ts';
import { extendServices } from './extends.ts';
import { type ComposeFile, composeFileSchema } from './file-schema.ts';
import { withIncluded } from './include.ts';
import { explainIssues } from './issues.ts';
import type { Loading, ReadFile, Scope } from './loading.ts';
import { mergeOver, withoutPaths } from './merge.ts';
import { emptyFile } from './project.ts';
import { resolvePaths } from './resolve-paths.ts';

/** Reads files, and what they extend and include. Later files override earlier ones. */
export async function readFiles(
  files: readonly string[],
  scope: Scope,
  loading: Loading,
  including: readonly string[] = [],
): Promise<ComposeFile> {
  let whole = emptyFile;
  for (const path of files) {
    const next = await readFile(path, scope, loading);
    if (!next) continue;
    const read = (other: string, directory: string) =>
      readFile(other, { ...scope, directory }, loading);
    const extended = await extendServices(next, path, scope.directory, { ...loading, read });
    const readAll = (others: readonly string[], inner: Scope, chain: readonly string[]) =>
      readFiles(others, inner, loading, chain);
    const included = await withIncluded(extended, path, scope, { ...loading, readAll }, including);
    whole = mergeOver(withoutPaths(whole, next.replaced), included);
  }
  return whole;
}

/** Reads one file. Reports its errors; undefined if there are any. */
async function readFile(
  path: string,
  { directory, variables }: Scope,
  loading: Loading,
): Promise<ReadFile | undefined> {
  const source = await loading.open(path);
  if (!source) return undefined;
  const document = interpolateSource(source, variables, loading.report);
  loading.add(document);
  const parsed = composeFileSchema.safeParse(document.value ?? {});
  if (parsed.success) {
    return { file: resolvePaths(parsed.data, directory), replaced: document.replaced };
  }
  for (const { path: where, message } of explainIssues(parsed.error.issues)) {
    loading.report({ severity: 'error', file: path, ...document.placeOf(where), message });
  }
  return undefined;
}
