import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { commitStep } from '../commit-step.ts';
import { addedLayer } from '../copy/added-layer.ts';
import { saysDirectory } from '../copy/destination.ts';
import { contentHash, unchanged } from '../copy/items.ts';
import type { KnownHashes } from '../copy/known-hashes.ts';
import type { Origin } from '../copy/origin.ts';
import { parseChange } from '../copy/permissions.ts';
import { heredocStart } from '../dockerfile/heredoc.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { expandWord } from '../dockerfile/substitution.ts';
import { type Ignores, ignorePatterns } from '../ignore.ts';
import { type BuildSession, type Progress, type StageState, variablesOf } from '../session.ts';
import { stageHash } from '../stage-hash.ts';
import { isSet } from './check-flags.ts';
import { checkSources } from './check-step.ts';
import { findFrom } from './copy-from.ts';
import { copyOrigins, documentTexts } from './copy-origins.ts';
import { copyWords } from './copy-words.ts';

/** `COPY` and `ADD`: files from the context, another image, here-documents or the web. */
export async function* copy(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const { keyword, flags } = instruction;
  const isBuildkit = session.dialect.name === 'buildkit';
  const variables = variablesOf(session, state);
  const expand = (word: string) => expandWord(word, variables, session.escapeChar);
  const flag = (name: string) => expand(flags.get(name) ?? '');
  const words = copyWords(instruction).map((word) =>
    heredocStart(word) === undefined ? expand(word) : word,
  );
  const target = words.pop() ?? '';
  const [chown, chmod, checksum] = [flag('chown'), flag('chmod'), flag('checksum')];
  const change = parseChange(chmod);
  if (isBuildkit) checkSources(keyword, words, checksum);
  const excluded = ignorePatterns(flags.get('exclude') ?? '');
  // As in BuildKit, permissions need the image's own directories.
  const isLinked = isBuildkit && isSet(instruction, 'link') === true && chmod === '';
  const from = yield* findFrom(session, { from: flag('from'), isMount: false });
  const documents = documentTexts(session, state, instruction);
  await using opened = new AsyncDisposableStack();
  let origins: readonly Origin[] | undefined;
  const openOrigins = async () => {
    if (origins !== undefined) return origins;
    const { root } = opened.use(await from.open());
    const hasXattrs = from.version === undefined;
    const place = { root, hasXattrs, target, checksum, documents };
    origins = await copyOrigins(session, instruction, words, place);
    if (!isBuildkit && origins.length > 1 && !saysDirectory(target)) {
      throw new EngineError(
        'invalid',
        `When using ${keyword} with more than one source file, the destination must be a directory and end with a /`,
      );
    }
    return origins;
  };
  const { hashes } = session.client;
  const readHash = async () => originsHash(await openOrigins(), excluded, hashes);
  const copied = copiedFiles(instruction, words, documents);
  // ADD can also download files, which nothing tells apart.
  const context = keyword === 'COPY' && from.version ? ['context', from.version] : undefined;
  const { hash, verify } = await stageHash(session, from.stage, copied, () =>
    hashes.ofFiles(from.layers ?? context, copied, readHash),
  );
  const path = posix.resolve('/', state.config.WorkingDir ?? '', target);
  const written = [
    ...(isSet(instruction, 'parents') ? ['--parents'] : []),
    ...(chown ? [`--chown=${chown}`] : []),
    ...(chmod ? [`--chmod=${chmod}`] : []),
  ];
  const text = [
    keyword,
    ...written,
    ...(isLinked ? ['--link'] : []),
    hash,
    'in',
    saysDirectory(target) ? posix.join(path, '/') : path,
  ].join(' ');
  return yield* commitStep(session, state, {
    createdBy: session.dialect.copy(
      `${text} `,
      [keyword, ...written, ...shown(words), target].join(' '),
    ),
    cacheKey: session.dialect.withoutRun(`${text} `),
    config: state.config,
    layer: async function* (session) {
      await verify();
      const options = { chown, change, excluded, isLinked };
      return yield* addedLayer(session, state, await openOrigins(), target, options);
    },
  });
}

/** What `COPY` takes of a stage, with the texts of its here-documents. */
function copiedFiles(
  { keyword, flags }: Instruction,
  words: readonly string[],
  documents: ReadonlyMap<string, string>,
): readonly string[] {
  const { from: _, ...others } = Object.fromEntries(flags);
  return [keyword, JSON.stringify(words), JSON.stringify(others), JSON.stringify([...documents])];
}

/** The sources in the image's history: files, and then the names of here-documents. */
function shown(words: readonly string[]): string[] {
  const names = words.map((word) => heredocStart(word)?.name);
  const files = words.filter((_, index) => names[index] === undefined);
  return [...files, ...names.flatMap((name) => (name === undefined ? [] : [`<<${name}`]))];
}

/** `file:…`, `dir:…` or `multi:…`, with a hash of all copied files. */
async function originsHash(
  origins: readonly Origin[],
  excluded: Ignores,
  known: KnownHashes,
): Promise<string> {
  const as = { ...unchanged, excluded };
  const hashes: string[] = [];
  // Names matter only for files that go into a directory, which keeps them.
  for (const { name, archive, items } of origins) {
    hashes.push(
      `${archive === undefined ? '' : 'archive-'}${await contentHash(items(name, as), known)}`,
    );
  }
  const [only] = origins;
  if (only !== undefined && hashes.length === 1) return `${only.kind}:${hashes[0]}`;
  return `multi:${hashes.join(',')}`;
}
