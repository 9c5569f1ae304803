import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifMissing } from '../../guest-agent/errors.ts';
import { harms } from '../../guest-agent/store/testing/harms.ts';
import type { Registry } from '../conformance/peers/peer.ts';
import { askSocket } from '../fixtures/kube-cluster.ts';
import { Acknowledged } from './acknowledged.ts';
import { FaultyEngine } from './engine.ts';
import type { FaultImages } from './images.ts';
import { berth } from './operations/berth.ts';

/** A file of the engine's state, of which there may be several. */
interface StateFile {
  readonly what: string;
  /** Below the data disk. The first file there whose name `matches` is damaged. */
  readonly directory: string;
  readonly matches: RegExp;
  /** What a user does to get a whole engine again. */
  readonly repair?: (engine: FaultyEngine, images: FaultImages) => Promise<void>;
}

const RECORD = /^[^.].*\.json$/;
const PREVIOUS = /^\..*\.json\.previous$/;

/** Pulls the image again, after its containers and names are gone. */
async function renewImages({ api }: FaultyEngine, { box }: FaultImages): Promise<void> {
  const containers = await api.inspect('/containers/json?all=1');
  for (const { Id } of containers) await api.must('DELETE', `/containers/${Id}?force=1`);
  for (const { Id } of await api.inspect('/images/json?all=1')) {
    await api.must('DELETE', `/images/${Id}?force=1`, undefined, { accept: [404, 409] });
  }
  await api.must('POST', '/build/prune?all=1');
  await api.must('POST', '/images/prune?filters={"dangling":["false"]}');
  await api.must('POST', `/images/create?fromImage=${encodeURIComponent(box)}`);
}

async function removeContainers({ api }: FaultyEngine): Promise<void> {
  for (const { Id } of await api.inspect('/containers/json?all=1')) {
    await api.must('DELETE', `/containers/${Id}?force=1`);
  }
}

const stateFiles: readonly StateFile[] = [
  { what: 'the format of the data disk', directory: '', matches: /^format\.json$/ },
  { what: 'a container', directory: 'containers', matches: RECORD },
  { what: 'a container, older version', directory: 'containers', matches: PREVIOUS },
  { what: 'a volume', directory: 'volumes', matches: RECORD },
  { what: 'a volume, older version', directory: 'volumes', matches: PREVIOUS },
  { what: 'a network', directory: 'networks', matches: RECORD },
  { what: 'an image', directory: 'images/images', matches: RECORD },
  { what: 'a name of an image', directory: 'images/names', matches: RECORD },
  { what: 'a document of an image', directory: 'blobs', matches: /^/, repair: renewImages },
  { what: 'a layer', directory: 'layers/*', matches: /^layer\.tar$/, repair: renewImages },
  { what: 'the index of a layer', directory: 'layers/*', matches: /^index/, repair: renewImages },
  { what: 'a cached build step', directory: 'build-steps', matches: RECORD },
  { what: 'the record of a build', directory: 'builds-history', matches: /\.record$/ },
  { what: 'a build context', directory: 'contexts/*', matches: /^index\.json$/ },
  { what: 'Kubernetes objects', directory: 'kube', matches: /^objects\.jsonl$/ },
  { what: 'a log', directory: 'containers/*', matches: /^log$/, repair: removeContainers },
];

/** Damage besides those of `harms`: the content from before the last change. */
type Kind = (typeof harms)[number][0] | 'older';

export interface StateOptions {
  readonly directory: string;
  readonly images: FaultImages;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  /** How many cases; the first ones. */
  readonly cases: number;
}

export interface StateResult {
  readonly summary: string;
  readonly isClean: boolean;
}

/** Damages each file of the engine's state in each way, and checks what the next start makes of it. */
export async function damageStateFiles(options: StateOptions): Promise<StateResult> {
  const { directory, signal, print } = options;
  const engine = await FaultyEngine.start(join(directory, 'states'), options.registry);
  const counts = { cases: 0, lost: 0, unreported: 0, unrepaired: 0 };
  try {
    const { acknowledged, older, pristine } = await fill(engine, options);
    const kinds: Kind[] = [...harms.map(([kind]) => kind), 'older'];
    const all = stateFiles.flatMap((file) => kinds.map((kind) => ({ file, kind })));
    for (const { file, kind } of all.slice(0, options.cases)) {
      if (signal.aborted) break;
      counts.cases += 1;
      const label = `${file.what}, ${kind}`;
      const fail = (count: 'lost' | 'unreported' | 'unrepaired', text: string) => {
        counts[count] += 1;
        print(`${label}\n  ${count}: ${text}`);
      };
      await engine.whileDown(async () => {
        await restore(pristine, engine.data);
        await harmFile(engine.data, file, kind, older);
      });
      try {
        await engine.answers();
        const before = counts.lost;
        const files = await acknowledged.missingFiles();
        for (const lost of files) fail('lost', lost);
        const missing = await acknowledged.missing();
        const reported = [
          ...((await engine.api.inspect('/info')).Warnings ?? []),
          ...(await engine.api.audit()).map(({ Message }) => Message),
        ];
        if (missing.length > 0 && reported.length === 0 && counts.lost === before) {
          fail('unreported', missing.join('; '));
        }
        await file.repair?.(engine, options.images);
        const left = (await engine.api.audit()).filter(
          ({ Kind }) => Kind === 'lost' || Kind === 'damaged',
        );
        for (const { Message } of left) fail('unrepaired', Message);
      } catch (error) {
        fail('unrepaired', error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    await engine.stop();
  }
  const { cases, lost, unreported, unrepaired } = counts;
  return {
    summary: `faults: ${cases} damaged state files: ${lost} lost, ${unreported} not reported, ${unrepaired} not repaired`,
    isClean: lost + unreported + unrepaired === 0,
  };
}

async function fill(engine: FaultyEngine, { directory, images }: StateOptions) {
  const { api } = engine;
  const older = join(directory, 'older');
  const pristine = join(directory, 'pristine');
  const name = images.box.slice(0, images.box.lastIndexOf(':'));
  await api.must('POST', `/images/create?fromImage=${encodeURIComponent(name)}&tag=1`);
  const acknowledged = new Acknowledged(engine, images.box);
  await acknowledged.add('kept-state');
  const context = join(directory, 'context');
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'Dockerfile'), `FROM ${images.box}\nRUN echo 1 >/made\nCOPY . /\n`);
  await berth(api, ['build', '-q', '-t', 'kept-build', context]);
  await askSocket(
    join(api.socket, '../kube.sock'),
    'POST',
    '/api/v1/namespaces/default/configmaps',
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' }, data: { a: 'b' } },
    },
  );
  await cp(engine.data, older, { recursive: true, preserveTimestamps: true });
  // Each of these changes a file of state once more.
  await api.must('POST', '/containers/kept-state/start');
  await api.must('POST', '/containers/kept-state/wait');
  await api.must('POST', '/images/kept-build/tag?repo=kept-again');
  await engine.whileDown(() => restore(engine.data, pristine));
  await engine.answers();
  return { acknowledged, older, pristine };
}

async function restore(from: string, to: string): Promise<void> {
  // The directory itself is a mount point.
  for (const entry of await readdir(to).catch(ifMissing([]))) {
    await rm(join(to, entry), { recursive: true, force: true });
  }
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

async function harmFile(data: string, file: StateFile, kind: Kind, older: string): Promise<void> {
  const path = await findFile(data, file);
  if (kind === 'older') {
    const content = await readFile(join(older, path)).catch(ifMissing(undefined));
    if (content !== undefined) await writeFile(join(data, path), content);
    return;
  }
  await harms.find(([name]) => name === kind)?.[1](join(data, path));
}

/** The path of the file below the data disk. */
async function findFile(data: string, { what, directory, matches }: StateFile): Promise<string> {
  const parent = directory.replace('/*', '');
  const places = directory.endsWith('/*')
    ? (await readdir(join(data, parent))).sort().map((name) => join(parent, name))
    : [parent];
  for (const place of places) {
    const names = await readdir(join(data, place)).catch(ifMissing([]));
    const name = names.sort().find((each) => matches.test(each));
    if (name !== undefined) return join(place, name);
  }
  throw new Error(`no file of ${what}`);
}
