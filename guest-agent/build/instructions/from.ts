import { lstat } from 'node:fs/promises';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { commitStep } from '../commit-step.ts';
import { addedLayer } from '../copy/added-layer.ts';
import { contentHash, unchanged } from '../copy/items.ts';
import { localFiles } from '../copy/origin.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { expandWord } from '../dockerfile/substitution.ts';
import { initialState } from '../initial-state.ts';
import { type BuildSession, type Progress, type StageState, variablesOf } from '../session.ts';
import { usedStages } from '../stage-uses.ts';
import { findBase, findStage, type Stage } from '../stages.ts';
import { checkInstruction } from './check.ts';
import { perform } from './perform.ts';

/** The default for Linux images without an environment. */
const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `FROM`: begins a stage with an image, an earlier stage, or nothing (`scratch`). */
export async function* from(session: BuildSession, stage: Stage): Progress<StageState> {
  const { args, escapeChar } = session;
  const name = expandWord(stage.base, args.globals(), escapeChar);
  if (name === '') {
    throw new EngineError('invalid', `base name (${stage.base}) should not be blank`);
  }
  const named = session.client.named(name);
  if (named?.kind === 'directory') {
    args.beginStage();
    return yield* fromDirectory(session, name, await named.open());
  }
  const find = session.dialect.name === 'buildkit' ? findBase : findStage;
  const index = named !== undefined ? -1 : find(session.stages.slice(0, session.stage), name);
  const isStage = index !== -1 && !/^\d+$/.test(name);
  const earlier = isStage ? await session.finished(index) : undefined;
  args.beginStage(session.dialect.inheritsArgs ? earlier?.args : undefined);
  const given = named && (yield* named.open());
  const isEmpty = earlier !== undefined && earlier.image === undefined && !earlier.steps.length;
  if (name === 'scratch' || isEmpty || (named && given === undefined)) {
    yield { kind: 'image', id: undefined };
    return initialState(undefined, { Env: [DEFAULT_PATH], ...session.dialect.scratchConfig });
  }
  const begun = earlier ?? beginWith(given ?? (yield* baseImage(session, stage, name)));
  session.keep(begun.image ?? begun);
  yield { kind: 'image', id: begun.image?.id };
  const { OnBuild = [], ...config } = begun.config;
  let state: StageState = {
    ...begun,
    config: { ...config, Env: config.Env ?? [DEFAULT_PATH] },
    hasOwnCommand: false,
  };
  if (OnBuild.length > 0) yield { kind: 'triggers', count: OnBuild.length };
  for (const trigger of OnBuild) {
    const instruction = parseTrigger(trigger, escapeChar);
    checkInstruction(instruction, escapeChar);
    session.client.checkTrigger(instruction);
    await usedStages(session, instruction);
    const variables = variablesOf(session, state);
    yield { kind: 'step', instruction, stage: session.stage, variables, isTrigger: true };
    state = yield* perform(session, state, instruction);
  }
  return state;
}

/** A stage that begins with the files of a directory, without a configuration. */
async function* fromDirectory(
  session: BuildSession,
  name: string,
  root: string,
): Progress<StageState> {
  const files = localFiles(
    { name: '', path: root, stats: await lstat(root, { bigint: true }) },
    { unpack: false },
  );
  const empty = initialState(undefined, { Env: [DEFAULT_PATH] });
  return yield* commitStep(session, empty, {
    isHidden: true,
    createdBy: `FROM ${name}`,
    cacheKey: `FROM ${await contentHash(files.items('', unchanged), session.client.hashes)}`,
    config: empty.config,
    layer: (session) =>
      addedLayer(session, empty, [files], '/', {
        ...{ chown: '', change: undefined, excluded: () => false, isLinked: false },
      }),
  });
}

function beginWith(image: StoredImage): StageState {
  return initialState(image, image.config);
}

async function* baseImage(session: BuildSession, { from }: Stage, name: string) {
  const { args, escapeChar, options } = session;
  const platform = expandWord(from.flags.get('platform') ?? '', args.globals(), escapeChar);
  return yield* session.pull({
    name,
    always: options.alwaysPull,
    ...(platform === '' ? {} : { platform: parsePlatform(platform) }),
  });
}
