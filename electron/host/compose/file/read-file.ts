import { setImmediate } from 'node:timers/promises';
import { interpolateSource } from './document.ts';
import { extendServices } from './extends.ts';
import type { ComposeFile } from './file-schema.ts';
import { withIncluded } from './include.ts';
import type { Loading, ReadFile, Scope } from './loading.ts';
import { withoutPaths } from './merge.ts';
import { emptyFile } from './project.ts';
import { resolvePaths, withContexts } from './resolve-paths.ts';

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
    const read = async (other: string, directory: string) => {
      const origin = { ...scope, directory };
      const found = await readFile(other, origin, loading);
      return found && { ...found, file: withContexts(found.file, origin) };
    };
    const extended = await extendServices(next, path, scope.directory, { ...loading, read });
    const readAll = (others: readonly string[], inner: Scope, chain: readonly string[]) =>
      readFiles(others, inner, loading, chain);
    const included = await withIncluded(extended, path, scope, { ...loading, readAll }, including);
    whole = loading.form.merge.files(withoutPaths(whole, next.replaced), included);
  }
  return whole;
}

/** Reads one file. Reports its errors; undefined if there are any. */
async function readFile(
  path: string,
  scope: Scope,
  loading: Loading,
): Promise<ReadFile | undefined> {
  const { form, report } = loading;
  const source = await loading.open(path);
  if (!source) return undefined;
  // A long file takes long in each of these steps, and the app has other work to do between them.
  await setImmediate();
  const document = form.interpolates ? interpolateSource(source, scope.variables, report) : source;
  loading.add(document);
  await setImmediate();
  const file = form.read(document, report);
  // What reading finds has a better explanation.
  for (const { path: where, message } of file ? await form.check(document.value ?? {}) : []) {
    report({ severity: 'error', file: path, ...document.placeOf(where), message });
  }
  return file && { file: resolvePaths(file, scope), replaced: document.replaced };
}
