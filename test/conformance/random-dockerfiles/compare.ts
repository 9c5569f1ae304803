import { differingLines } from '../differing-lines.ts';
import type { BuildResult } from './perform.ts';

/** What can differ between two results. */
export const aspects = [
  'exit code',
  'error',
  'steps',
  'cache',
  'warnings',
  'config',
  'history',
  'files',
] as const;
export type Aspect = (typeof aspects)[number];

/** A difference of an aspect, with the lines that only one engine has. */
export interface Difference {
  readonly aspect: Aspect;
  readonly lines: readonly string[];
}

/** All differences of two results, of which `ignored` aspects aren't compared. */
export function compareResults(
  docker: BuildResult,
  berth: BuildResult,
  ignored: ReadonlySet<Aspect> = new Set(),
): Difference[] {
  return aspects
    .filter((aspect) => !ignored.has(aspect))
    .map((aspect) => ({
      aspect,
      lines: differingLines(linesOf(docker, aspect), linesOf(berth, aspect)),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function linesOf(result: BuildResult, aspect: Aspect): readonly string[] {
  switch (aspect) {
    case 'exit code':
      return [String(result.exitCode)];
    case 'error':
      return result.error.split('\n');
    case 'steps':
      return result.steps.map((step) => step.replace(/ (CACHED|DONE)(?=\n|$)/, ''));
    case 'cache':
      return result.steps.map((step) => step.split('\n')[0] ?? '');
    case 'warnings':
      return result.warnings;
    case 'config':
      return result.image?.config ?? [];
    case 'history':
      return result.image?.history ?? [];
    case 'files':
      return result.image?.files ?? [];
  }
}
