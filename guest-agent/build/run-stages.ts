import { awaitedElsewhere } from '../errors.ts';
import { KnownStages } from './known-stages.ts';
import { runStage } from './run-stage.ts';
import type { BuildEvent, BuildSession, FinishedStage } from './session.ts';
import type { Stage } from './stages.ts';

/** Learns what happens in one stage. */
export interface StageWatcher {
  take(event: BuildEvent): void;
  finish(): void;
  fail(error: unknown): void;
  /**
   * The stage stops because another stage failed, or because the client cancelled the build. Can
   * come more than once, and after `finish`.
   */
  cancel(): void;
}

/** Stages that run. */
export interface StagesRun {
  /** The last stage's result. Rejects with the first error. */
  readonly result: Promise<FinishedStage | undefined>;
  /** Resolves when all stages have ended. This is later than the result only after `handOver`. */
  readonly ended: Promise<unknown>;
}

/**
 * Performs stages in parallel: each begins at once, and waits only where it uses another stage. The
 * first error stops the other stages.
 */
export function runStages(
  build: Omit<BuildSession, 'stage' | 'finished' | 'handOver'>,
  stages: readonly Stage[],
  watch: (stage: number) => StageWatcher,
): StagesRun {
  const stop = new AbortController();
  const signal = AbortSignal.any([build.signal, stop.signal]);
  const running = new Map<number, Promise<FinishedStage | undefined>>();
  const { promise: handedOver, resolve: handOver } = Promise.withResolvers<void>();
  const watchers: StageWatcher[] = [];
  let failure: { readonly error: unknown } | undefined;
  const keys = build.steps?.known;
  const known = keys && new KnownStages({ ...build, signal }, stages, keys);
  // Stages only use earlier stages.
  const finished = (number: number): Promise<FinishedStage | undefined> => {
    const stage = stages[number];
    const isNeeded = stage !== undefined && !stage.isSkipped;
    const begun =
      running.get(number) ?? (isNeeded ? run(stage, number) : Promise.resolve(undefined));
    begun.catch(awaitedElsewhere);
    running.set(number, begun);
    return begun;
  };
  const run = async (stage: Stage, number: number): Promise<FinishedStage> => {
    const own = { args: build.args.forStage(), stage: number, finished, signal, handOver };
    const session = { ...build, ...own, ...(known && { known: known.state.bind(known) }) };
    const watcher = watch(number);
    watchers.push(watcher);
    try {
      const result = await follow(runStage(session, stage), watcher);
      watcher.finish();
      return result;
    } catch (error) {
      if (failure === undefined && !build.signal.aborted) {
        failure = { error };
        watcher.fail(error);
        stop.abort(error);
        for (const other of watchers) if (other !== watcher) other.cancel();
      } else watcher.cancel();
      throw error;
    }
  };
  const last = stages.length - 1;
  let isOver = false;
  /** A stage that isn't known runs at once. A known stage runs when its files are needed. */
  const begin = async (number: number): Promise<void> => {
    try {
      if (known !== undefined && number !== last) {
        if ((await known.find(number)) !== undefined || isOver) return;
      }
      await finished(number);
    } catch (error) {
      // Errors of a stage's run are noted by then.
      failure ??= { error };
      stop.abort(error);
    }
  };
  const begun = stages.map((_, number) => begin(number));
  const ended = (async () => {
    await begun.at(-1);
    isOver = true;
    await Promise.allSettled([...begun, ...running.values()]);
    if (failure !== undefined || build.signal.aborted) return;
    for (const [number] of stages.entries()) {
      const shown = running.has(number) ? undefined : await known?.find(number);
      if (shown === undefined) continue;
      const watcher = watch(number);
      for (const event of shown.events) watcher.take(event);
      watcher.finish();
    }
  })();
  const result = Promise.race([ended, handedOver]).then(() => {
    build.signal.throwIfAborted();
    if (failure !== undefined) throw failure.error;
    return running.get(last);
  });
  return { result, ended };
}

/** Shows the events of a stage, and returns its result. */
async function follow(
  events: AsyncGenerator<BuildEvent, FinishedStage>,
  watcher: StageWatcher,
): Promise<FinishedStage> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    watcher.take(value);
  }
}
