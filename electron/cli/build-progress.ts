import type { BuildProgress } from '../host/engine/build.ts';
import type { PullProgress } from '../host/engine/images.ts';
import type { Output } from './context.ts';
import { showPull } from './pull-progress.ts';

export interface BuildOutcome {
  readonly imageId?: string;
  readonly failure?: string;
  /** Of the command that failed; 0 when it was none. */
  readonly exitCode: number;
}

/** Shows a build to its end, pulls of base images as `pull` shows them. */
export async function showBuild(
  progress: AsyncIterable<BuildProgress>,
  output: Output,
): Promise<BuildOutcome> {
  let outcome: BuildOutcome = { exitCode: 0 };
  async function* pulls(): AsyncGenerator<PullProgress> {
    for await (const message of progress) {
      const { stream, aux, errorDetail, error } = message;
      const failure = errorDetail?.message ?? error;
      if (stream !== undefined) output.write(stream);
      else if (aux?.ID !== undefined) outcome = { ...outcome, imageId: aux.ID };
      else if (failure !== undefined) {
        outcome = { ...outcome, failure, exitCode: errorDetail?.code ?? 0 };
      } else yield message;
    }
  }
  await showPull(pulls(), output, { quiet: false });
  return outcome;
}
