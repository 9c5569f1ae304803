import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { download, isUrl } from '../copy/download.ts';
import { isArchive } from '../copy/local-archive.ts';
import { downloaded, localFiles, type Origin, textFile } from '../copy/origin.ts';
import { isPattern } from '../copy/pattern.ts';
import { findSources, type Missing, missingSource } from '../copy/sources.ts';
import { sourceMissing } from '../dialect.ts';
import { documentText, heredocStart } from '../dockerfile/heredoc.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { expandText } from '../dockerfile/substitution.ts';
import { checkOut } from '../git/checkout.ts';
import { type GitAddress, parseGitAddress } from '../git/git-address.ts';
import { ignorePatterns } from '../ignore.ts';
import { type BuildSession, type StageState, variablesOf } from '../session.ts';
import { StepUnknown } from '../steps/step-unknown.ts';
import { isSet } from './check-flags.ts';

/** Where `COPY` or `ADD` takes its files from. */
export interface CopyPlace {
  /** The root of the context or of another image. */
  readonly root: string;
  /** Whether files below the root can have extended attributes. */
  readonly hasXattrs: boolean;
  /** The target as written, without variables. */
  readonly target: string;
  readonly checksum: string;
  /** See `documentTexts`. */
  readonly documents: ReadonlyMap<string, string>;
}

/** What the sources of `COPY` or `ADD` mean. Downloads files from the web. */
export async function copyOrigins(
  session: BuildSession,
  instruction: Instruction,
  words: readonly string[],
  { root, hasXattrs, target, checksum, documents }: CopyPlace,
): Promise<Origin[]> {
  const { keyword } = instruction;
  const unpack = isSet(instruction, 'unpack');
  const isParents = isSet(instruction, 'parents') ?? false;
  const files = words.filter((word) => heredocStart(word) === undefined);
  const missing = missingSource(files, instruction.flags.has('exclude'), session.dialect);
  const origins: Origin[] = [];
  const texts: Origin[] = [];
  for (const word of words) {
    const name = heredocStart(word)?.name ?? '';
    const document = documents.get(name);
    const address = keyword === 'ADD' ? parseGitAddress(word) : undefined;
    const isRemote = address !== undefined || (keyword === 'ADD' && isUrl(word));
    // The stage downloads the files when it runs.
    if (isRemote && session.isKeysOnly) throw new StepUnknown();
    if (document !== undefined) texts.push(textFile(name, document));
    else if (address !== undefined) {
      origins.push(await repository(session, instruction, address, checksum));
    } else if (keyword === 'ADD' && isUrl(word)) {
      const file = await download(session, word, target, checksum);
      origins.push(downloaded(file, unpack ?? false));
    } else if (isParents) origins.push(...(await withParents(session, { root, hasXattrs }, word)));
    else
      origins.push(
        ...(await local(session, { root, hasXattrs }, word, missing, unpack ?? keyword === 'ADD')),
      );
  }
  // BuildKit copies here-documents last.
  return session.dialect.name === 'buildkit' ? [...origins, ...texts] : [...texts, ...origins];
}

/** The texts of the instruction's here-documents with the values of variables, by name. */
export function documentTexts(
  session: BuildSession,
  state: StageState,
  { heredocs }: Instruction,
): Map<string, string> {
  const variables = variablesOf(session, state);
  return new Map(
    heredocs.map((heredoc) => {
      const text = documentText(heredoc);
      return [heredoc.name, heredoc.expand ? expandText(text, variables) : text];
    }),
  );
}

/** `ADD` of a git repository: its files, without the directory that git names after it. */
async function repository(
  { client, scratch, signal }: BuildSession,
  instruction: Instruction,
  address: GitAddress,
  checksum: string,
): Promise<Origin> {
  const keep = isSet(instruction, 'keep-git-dir');
  if (keep !== undefined && (address.keepGitDir ?? keep) !== keep) {
    throw new EngineError('invalid', 'inconsistent keep-git-dir configuration');
  }
  if (checksum !== '' && address.checksum !== '' && checksum !== address.checksum) {
    const message = `checksum mismatch "${checksum}" != "${address.checksum}"`;
    throw new EngineError('invalid', message);
  }
  const path = join(scratch, `git-${randomBytes(6).toString('hex')}`);
  await checkOut({ ...address, checksum: checksum || address.checksum }, path, {
    keepGitDir: keep ?? address.keepGitDir ?? false,
    ...{ scratch, client, signal },
  });
  return localFiles(
    { name: '', path, stats: await lstat(path, { bigint: true }) },
    { unpack: false },
  );
}

async function local(
  session: BuildSession,
  { root, hasXattrs }: Pick<CopyPlace, 'root' | 'hasXattrs'>,
  word: string,
  missing: Missing,
  unpack: boolean,
): Promise<Origin[]> {
  const sources = await findSources(root, word, session.dialect, missing);
  return Promise.all(
    sources.map(async (source) =>
      localFiles(source, {
        hasXattrs,
        unpack: unpack && (await isArchive(source, session.signal)),
      }),
    ),
  );
}

/**
 * A source of `COPY --parents`: files keep the directories of their path, or the directories after
 * the first `/./`.
 */
async function withParents(
  { dialect }: BuildSession,
  { root, hasXattrs }: Pick<CopyPlace, 'root' | 'hasXattrs'>,
  word: string,
): Promise<Origin[]> {
  const pivot = word.indexOf('/./');
  const parent = pivot === -1 ? '/' : word.slice(0, pivot);
  const pattern = pivot === -1 ? word : word.slice(pivot + 3);
  if (!isPattern(parent) && !isPattern(pattern)) {
    await findSources(root, `${parent}/${pattern}`, dialect);
  }
  const path = pattern.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  const included = path === '' || path === '.' ? () => true : ignorePatterns(path);
  const sources = await findSources(root, parent, dialect);
  return sources.map((source) => {
    if (!source.stats.isDirectory()) throw sourceMissing(dialect, source.name);
    return localFiles(source, { hasXattrs, unpack: false, included });
  });
}
