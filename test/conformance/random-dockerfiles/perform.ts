import { spawn } from 'node:child_process';
import { outcomeOf } from '../../fixtures/outcome.ts';
import type { BuildClient } from '../peers/build-client.ts';
import { secret } from './grammar/mounts.ts';
import { type PlainProgress, readProgress } from './plain-progress.ts';
import { readImage, type SavedImage } from './saved-image.ts';

/** One of the two engines, with the client that both use. */
export interface BuildEngine extends BuildClient {
  readonly name: string;
  /** The path of the engine's socket. */
  readonly socket: string;
}

export interface RandomRun {
  readonly directory: string;
  /** The name for the image. */
  readonly image: string;
  readonly flags: readonly string[];
}

export interface BuildResult extends PlainProgress {
  readonly exitCode: number | null;
  readonly image: SavedImage | undefined;
}

/** A build takes seconds. A build that takes longer is stopped, which shows as a difference. */
const TIMEOUT = 120_000;

/** Builds the directory, and reads the image `image` that the build has made. */
export async function perform(
  engine: BuildEngine,
  { directory, image, flags }: RandomRun,
): Promise<BuildResult> {
  const child = spawn(
    engine.buildx,
    ['build', '--progress=plain', `--tag=${image}`, ...flags, directory],
    {
      env: { ...engine.environment, [secret.variable]: secret.value },
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    },
  );
  const { exitCode, stderr } = await outcomeOf(child, '');
  return {
    exitCode,
    ...readProgress(stderr),
    image: exitCode === 0 ? await readImage(engine.socket, image) : undefined,
  };
}
