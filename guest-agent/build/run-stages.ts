import { awaitedElsewhere } from '../errors.ts';
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
  const running: Promise<FinishedStage | undefined>[] = [];
  const { promise: handedOver, resolve: handOver } = Promise.withResolvers<void>();
  const watchers: StageWatcher[] = [];
  let failure: { readonly error: unknown } | undefined;
  // Stages only use earlier stages, which are in `running` when a stage asks for them.
  const finished = async (number: number) => running[number];
  const run = async (stage: Stage, number: number): Promise<FinishedStage> => {
    const own = { args: build.args.forStage(), stage: number, finished, signal, handOver };
    const session = { ...build, ...own };
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
  for (const [number, stage] of stages.entries()) {
    const stageRun = stage.isSkipped ? Promise.resolve(undefined) : run(stage, number);
    stageRun.catch(awaitedElsewhere);
    running.push(stageRun);
  }
  const ended = Promise.allSettled(running);
  const result = Promise.race([ended, handedOver]).then(() => {
    build.signal.throwIfAborted();
    if (failure !== undefined) throw failure.error;
    return running.at(-1);
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
