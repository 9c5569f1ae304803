import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { HostError } from '../../base/errors.ts';
import { unlessMissing } from '../../base/system-error.ts';
import { parseKubeconfig } from './kubeconfig.ts';
import { withKubeconfigLock } from './lock-kubeconfig.ts';

/** What Berth adds to a kubeconfig: one entry of each list, all with the same name. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user: Readonly<Record<string, unknown>>;
}

type NamedEntry = { readonly name: string; readonly [key: string]: unknown };

/**
 * Adds a context, or replaces it, and with `use` makes it the current one. Other entries and comments
 * stay.
 */
export async function addContext(
  path: string,
  entry: KubeconfigEntry,
  { use = false } = {},
): Promise<void> {
  const { name, cluster, user } = entry;
  await changeFile(path, (document) => {
    setEntry(document, 'clusters', { name, cluster });
    setEntry(document, 'users', { name, user });
    setEntry(document, 'contexts', { name, context: { cluster: name, user: name } });
    if (use) document.set('current-context', name);
  });
}

/** Removes a context with its cluster and user, and no longer uses it by default. */
export async function removeContext(path: string, name: string): Promise<void> {
  await changeFile(path, (document) => {
    for (const list of ['clusters', 'users', 'contexts']) {
      const index = indexOf(document, list, name);
      if (index >= 0) document.deleteIn([list, index]);
    }
    if (document.get('current-context') === name) document.set('current-context', '');
  });
}

/** Makes a context the current one of Berth and kubectl. */
export async function makeCurrent(path: string, name: string): Promise<void> {
  await changeFile(path, (document) => document.set('current-context', name));
}

/** Replaces the file atomically, for its owner only. Keeps what was before in `FILE.before-berth`. */
async function changeFile(named: string, change: (document: Document) => void): Promise<void> {
  // A link stays a link.
  const path = (await realpath(named).catch(unlessMissing)) ?? named;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await withKubeconfigLock(path, () => changeLocked(path, change));
}

async function changeLocked(path: string, change: (document: Document) => void): Promise<void> {
  const before = await readFile(path, 'utf8').catch(unlessMissing);
  if (before !== undefined) parseKubeconfig(before, path);
  const document: Document = parseDocument(before ?? '');
  if (document.errors[0]) {
    const [{ message }] = document.errors;
    throw new HostError('invalid', `${path} isn't a valid kubeconfig file: ${message}`);
  }
  if (!isMap(document.contents)) {
    document.contents = document.createNode({ apiVersion: 'v1', kind: 'Config' });
  }
  change(document);
  const after = document.toString({ lineWidth: 0 });
  if (after === before) return;
  if (before !== undefined) await writeFileAtomic(`${path}.before-berth`, before);
  await writeFileAtomic(path, after);
}

function setEntry(document: Document, list: string, entry: NamedEntry): void {
  if (!isSeq(document.get(list))) document.set(list, document.createNode([]));
  const index = indexOf(document, list, entry.name);
  if (index >= 0) document.setIn([list, index], document.createNode(entry));
  else document.addIn([list], document.createNode(entry));
}

function indexOf(document: Document, list: string, name: string): number {
  const found = document.get(list);
  if (!isSeq(found)) return -1;
  return found.items.findIndex((item) => isMap(item) && item.get('name') === name);
}
