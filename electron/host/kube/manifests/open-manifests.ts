import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HostError, reasonOf } from '../../base/errors.ts';
import type { Problem } from '../../compose/file/problem.ts';
import type { Manifest } from './manifest.ts';
import { ManifestError } from './manifest-error.ts';
import { KUSTOMIZE, type ManifestText, readManifests } from './read-manifests.ts';

const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const FETCH_MS = 30_000;
const MOST_BYTES = 10 * 1024 ** 2;

export interface OpenOptions {
  /** Reads standard input, for `-`. */
  readonly stdin: () => Promise<string>;
  /** Whether folders in folders count. */
  readonly recursive?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads the manifests of files, folders (their .yaml, .yml and .json files), URLs and standard
 * input. Throws HostError 'invalid' with all mistakes, each with file, line and column.
 */
export async function openManifests(
  sources: readonly string[],
  options: OpenOptions,
): Promise<Manifest[]> {
  const texts: ManifestText[] = [];
  for (const source of sources) texts.push(...(await textsOf(source, options)));
  const manifests = parseManifests(texts);
  if (manifests.length > 0) return manifests;
  throw new HostError('invalid', `no Kubernetes objects in ${sources.join(', ')}`);
}

/** The manifests of several texts. Throws ManifestError with all mistakes. */
export function parseManifests(texts: readonly ManifestText[]): Manifest[] {
  const problems: Problem[] = [];
  const manifests = texts.flatMap((text) => readManifests(text, (each) => problems.push(each)));
  problems.push(...duplicates(manifests));
  if (problems.length > 0) throw new ManifestError(problems);
  return manifests;
}

async function textsOf(source: string, options: OpenOptions): Promise<ManifestText[]> {
  if (source === '-') return [{ file: '<stdin>', text: await options.stdin() }];
  if (/^https?:\/\//.test(source)) return [{ file: source, text: await download(source, options) }];
  const found = await stat(source).catch((cause: unknown) => {
    throw new HostError('invalid', `can't read ${source}: ${reasonOf(cause)}`, { cause });
  });
  if (found.isDirectory()) return textsIn(source, options);
  if (KUSTOMIZATIONS.includes(basename(source))) throw kustomization(source);
  return [await textAt(source)];
}

async function textsIn(directory: string, options: OpenOptions): Promise<ManifestText[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts: ManifestText[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (KUSTOMIZATIONS.includes(entry.name)) throw kustomization(directory);
    if (entry.isDirectory() && options.recursive) texts.push(...(await textsIn(path, options)));
    else if (!entry.isDirectory() && /\.(ya?ml|json)$/i.test(entry.name)) {
      texts.push(await textAt(path));
    }
  }
  return texts;
}

async function textAt(file: string): Promise<ManifestText> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new HostError('invalid', `can't read ${file}: ${reasonOf(cause)}`, { cause });
  }
}

async function download(url: string, { signal }: OpenOptions): Promise<string> {
  const deadline = AbortSignal.timeout(FETCH_MS);
  try {
    const answer = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    if (!answer.ok) throw new Error(`HTTP status ${answer.status}`);
    const content = await answer.arrayBuffer();
    if (content.byteLength > MOST_BYTES) throw new Error('the file is larger than 10 MB');
    return Buffer.from(content).toString('utf8');
  } catch (cause) {
    if (signal?.aborted) throw new HostError('cancelled', 'cancelled', { cause });
    throw new HostError('invalid', `can't download ${url}: ${reasonOf(cause)}`, { cause });
  }
}

function kustomization(path: string): HostError {
  return new HostError('invalid', `${path} is a kustomization`, { hint: KUSTOMIZE });
}

/** The same object twice: the second would silently replace the first. */
function duplicates(manifests: readonly Manifest[]): Problem[] {
  const seen = new Map<string, Manifest>();
  return manifests.flatMap((manifest): Problem[] => {
    const { object, file, placeOf } = manifest;
    const { namespace = '', name } = object.metadata;
    const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
    const key = [group, object.kind, namespace, name].join(' ');
    const first = seen.get(key);
    if (!first) {
      seen.set(key, manifest);
      return [];
    }
    const { line } = first.placeOf(['metadata', 'name']);
    const message = `${object.kind} "${name}" is also in ${first.file}:${line}`;
    return [{ severity: 'error', file, ...placeOf(['metadata', 'name']), message }];
  });
}
