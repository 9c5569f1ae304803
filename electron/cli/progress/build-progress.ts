import type { BuildProgress } from '../../host/engine/build.ts';
import type { Output } from '../context.ts';
import { showProgress } from './pull-progress.ts';

export interface BuildOutcome {
  readonly imageId?: string;
  readonly failure?: string;
  /** The exit code of the command that failed; 0 if another step failed. */
  readonly exitCode: number;
}

/** Shows a build until it ends. Shows pulls of base images as `pull` does. */
export async function showBuild(
  progress: AsyncIterable<BuildProgress>,
  output: Output,
): Promise<BuildOutcome> {
  let outcome: BuildOutcome = { exitCode: 0 };
  async function* shown(): AsyncGenerator<BuildProgress> {
    for await (const message of progress) {
      const { aux, errorDetail, error } = message;
      const failure = errorDetail?.message ?? error;
      if (aux?.ID !== undefined) outcome = { ...outcome, imageId: aux.ID };
      if (failure !== undefined) {
        outcome = { ...outcome, failure, exitCode: errorDetail?.code ?? 0 };
      }
      yield message;
    }
  }
  await showProgress(shown(), output, { quiet: false });
  return outcome;
}
