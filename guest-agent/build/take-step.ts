import { redacted } from './git/redacted.ts';
import type { BuildSession, DoneStep, Progress, SessionSteps, StageState } from './session.ts';
import type { Step } from './step.ts';
import { stepKey } from './steps/step-key.ts';

/**
 * Takes the files of a step from the steps of all builds, as BuildKit does. A step that only changes
 * the configuration has no files, and doesn't change the keys of later steps.
 */
export async function* takeStep(
  session: BuildSession & { readonly steps: SessionSteps },
  state: StageState,
  { createdBy, cacheKey = createdBy, author, config, isHidden, isAlwaysCached, layer }: Step,
): Progress<StageState> {
  const { steps, signal, images } = session;
  const useCache = session.options.useCache || isAlwaysCached === true;
  const done: DoneStep = {
    createdBy: isHidden ? undefined : createdBy,
    ...(author === undefined ? {} : { author }),
  };
  if (layer === undefined) {
    yield { kind: 'image', id: undefined };
    return { ...state, config, steps: [...state.steps, done] };
  }
  const key = stepKey(state.key, cacheKey);
  if (!hasFiles(state)) yield* tellBase(steps, state, useCache && steps.has(key));
  const files = yield* steps.take(
    {
      ...{
        key,
        parent: state.key,
        below: state.layers,
        description: redacted(createdBy),
        useCache,
      },
      run: async function* (stop) {
        // Builds that want the step have the same files, but perhaps in other layers.
        using _ = images.hold({ layers: state.layers });
        return yield* layer({ ...session, signal: stop });
      },
      handOver: () => session.handOver?.(),
    },
    signal,
  );
  const added = files.layer === null ? [] : [files.layer];
  session.keep({ layers: added });
  yield { kind: 'image', id: undefined };
  return {
    ...{ ...state, config, key },
    layers: [...state.layers, ...added],
    steps: [...state.steps, { ...done, files }],
  };
}

/** Whether a step of the stage, or of a stage before it, worked on the first image's files. */
export function hasFiles({ steps }: StageState): boolean {
  return steps.some(({ files }) => files !== undefined);
}

/** Tells whether the files of the stage's image are needed, or only their key. */
export async function* tellBase(
  steps: SessionSteps,
  { image, key }: StageState,
  onlyKey: boolean,
): Progress<void> {
  if (image === undefined) return;
  yield { kind: 'base', isKnown: !onlyKey && steps.noteImage(key, image) };
}
