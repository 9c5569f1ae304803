import { DockerfileError } from '../../build/dockerfile/parse.ts';
import { EngineError } from '../../errors.ts';
import type { Lines } from './report.ts';

/** Adds its lines in the Dockerfile to an error that has none. */
export function placed<T>(lines: Lines, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EngineError) || error instanceof DockerfileError) throw error;
    throw placedError(lines, error.message);
  }
}

export function placedError([first, last]: Lines, message: string): DockerfileError {
  return new DockerfileError(message, first, last);
}
