import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { commitStep } from '../commit-step.ts';
import { addedLayer } from '../copy/added-layer.ts';
import { saysDirectory } from '../copy/destination.ts';
import { download, isUrl } from '../copy/download.ts';
import { contentHash } from '../copy/items.ts';
import { isArchive } from '../copy/local-archive.ts';
import { downloaded, localFiles, type Origin, textFile } from '../copy/origin.ts';
import { findSources } from '../copy/sources.ts';
import { documentText, heredocStart } from '../dockerfile/heredoc.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { expandText, expandWord } from '../dockerfile/substitution.ts';
import { type Ignores, ignorePatterns } from '../ignore.ts';
import { type BuildSession, type Progress, type StageState, variablesOf } from '../session.ts';
import { openFrom } from './copy-from.ts';
import { copyWords } from './copy-words.ts';

/** `COPY` and `ADD`: files from the context, another image, here-documents or the web. */
export async function* copy(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const { keyword, flags } = instruction;
  const variables = variablesOf(session, state);
  const expand = (word: string) => expandWord(word, variables, session.escapeChar);
  const flag = (name: string) => expand(flags.get(name) ?? '');
  const words = copyWords(instruction).map(expand);
  const target = words.pop() ?? '';
  const [chown, mode] = [flag('chown'), permissions(flag('chmod'))];
  const excluded = ignorePatterns(flags.get('exclude') ?? '');
  await using from = yield* openFrom(session, flag('from'));

  const documents = textFiles(session, state, instruction);
  const checksum = flag('checksum');
  const origins: Origin[] = [];
  for (const word of words) {
    const document = documents.get(heredocStart(word)?.name ?? '');
    if (document !== undefined) origins.push(document);
    else if (keyword === 'ADD' && isUrl(word)) {
      origins.push(downloaded(await download(session, word, target, checksum)));
    } else
      for (const origin of await local(session, keyword, from.root, word)) origins.push(origin);
  }
  if (origins.length > 1 && !saysDirectory(target)) {
    throw new EngineError(
      'invalid',
      `When using ${keyword} with more than one source file, the destination must be a directory and end with a /`,
    );
  }
  const place = posix.resolve('/', state.config.WorkingDir ?? '', target);
  const written = [
    ...(chown ? [`--chown=${chown}`] : []),
    ...(mode === undefined ? [] : [`--chmod=${mode.toString(8)}`]),
  ];
  const text = [
    keyword,
    ...written,
    await originsHash(origins, excluded),
    'in',
    target.endsWith('/') ? posix.join(place, '/') : place,
  ].join(' ');
  return yield* commitStep(session, state, {
    createdBy: session.dialect.copy(`${text} `, [keyword, ...written, instruction.text].join(' ')),
    cacheKey: session.dialect.withoutRun(`${text} `),
    config: state.config,
    layer: () => addedLayer(session, state, origins, target, { chown, mode, excluded }),
  });
}

/** The instruction's here-documents, by name. */
function textFiles(
  session: BuildSession,
  state: StageState,
  { heredocs }: Instruction,
): Map<string, Origin> {
  const variables = variablesOf(session, state);
  return new Map(
    heredocs.map((heredoc) => {
      const text = documentText(heredoc);
      const { name, expand } = heredoc;
      return [name, textFile(name, expand ? expandText(text, variables) : text)];
    }),
  );
}

async function local(
  session: BuildSession,
  keyword: string,
  root: string,
  word: string,
): Promise<Origin[]> {
  const sources = await findSources(root, word, session.dialect);
  return Promise.all(
    sources.map(async (source) =>
      localFiles(source, keyword === 'ADD' && (await isArchive(source, session.signal))),
    ),
  );
}

/** `file:…`, `dir:…` or `multi:…`, with a hash of all copied files. */
async function originsHash(origins: readonly Origin[], excluded: Ignores): Promise<string> {
  const as = { uid: 0, gid: 0, mode: undefined, excluded };
  const hashes: string[] = [];
  // Names matter only for files that go into a directory, which keeps them.
  for (const origin of origins) hashes.push(await contentHash(origin.items(origin.name, as)));
  const [only] = origins;
  if (only !== undefined && hashes.length === 1) return `${only.kind}:${hashes[0]}`;
  return `multi:${hashes.join(',')}`;
}

/** Parses octal permissions. Throws EngineError 'invalid'. */
function permissions(text: string): number | undefined {
  if (text === '') return undefined;
  if (!/^[0-7]{1,5}$/.test(text)) {
    throw new EngineError(
      'invalid',
      `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`,
    );
  }
  return Number.parseInt(text, 8) & 0o7777;
}
