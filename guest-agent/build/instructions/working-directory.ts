import { posix } from 'node:path';
import { openImageTree } from '../../engine/images/image-tree.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import { commitStep } from '../commit-step.ts';
import { tarStream } from '../copy/added-layer.ts';
import { directoryItems, findDestination } from '../copy/destination.ts';
import { buildkitOwner, checkOwner } from '../copy/owner.ts';
import type { Dialect } from '../dialect.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { type BuildSession, type Progress, type StageState, variablesOf } from '../session.ts';
import { workingDirectory } from './metadata.ts';

/**
 * `WORKDIR`: creates the directory if the image doesn't have it. With BuildKit, the directory belongs
 * to the image's user.
 */
export async function* changeDirectory(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const { config } = state;
  const variables = variablesOf(session, state);
  const { escapeChar, dialect } = session;
  const path = workingDirectory(instruction, { config, variables, escapeChar, dialect });
  return yield* commitStep(session, state, {
    createdBy: dialect.withoutRun(`WORKDIR ${path}`),
    ...(session.steps && config.User
      ? { cacheKey: `WORKDIR ${JSON.stringify([path, config.User])}` }
      : {}),
    config: { ...config, WorkingDir: path },
    // As in BuildKit, `--no-cache` is about what can have another result.
    isAlwaysCached: true,
    layer: (session) => missingDirectories(session, state, path),
  });
}

/** Whether an instruction is a `WORKDIR` of the root, for which BuildKit has no step. */
export function staysAtRoot(
  { escapeChar, dialect }: BuildSession,
  { config }: StageState,
  instruction: Instruction,
  variables: ReadonlyMap<string, string>,
): boolean {
  if (instruction.keyword !== 'WORKDIR') return false;
  try {
    const path = workingDirectory(instruction, { config, variables, escapeChar, dialect });
    return posix.normalize(path) === '/';
  } catch (error) {
    // The step itself fails with this error.
    if (error instanceof EngineError) return false;
    throw error;
  }
}

// biome-ignore lint/correctness/useYield: the layer of a step is made by a generator
async function* missingDirectories(
  { engine, images, scratch, signal, dialect }: BuildSession,
  { layers, config }: StageState,
  path: string,
): Progress<HeldLayer | undefined> {
  checkOwner(config.User ?? '', layers, dialect);
  await using tree = await openImageTree(engine, layers, scratch);
  const items = await directoriesToAdd(tree.root, path, dialect, config.User ?? '');
  return items && (await images.addLayer(tarStream(items, signal)));
}

/**
 * The directories of a path that the root doesn't have. Undefined if the step has no layer. With
 * BuildKit, only a `WORKDIR` of the root has none, and new directories belong to the user of the
 * next `RUN`.
 */
export async function directoriesToAdd(
  root: string,
  path: string,
  { name }: Pick<Dialect, 'name'>,
  user: string,
): Promise<AsyncIterable<TarItem> | readonly TarItem[] | undefined> {
  const { directories } = await findDestination(root, '/', path);
  if (directories.every(({ stats }) => stats !== undefined)) {
    return name === 'buildkit' && posix.normalize(path) !== '/' ? [] : undefined;
  }
  const owner = await buildkitOwner(root, name === 'buildkit' ? user : '');
  return directoryItems(root, directories, { owner, change: undefined });
}
