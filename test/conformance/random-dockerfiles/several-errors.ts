import type { Difference } from './compare.ts';
import type { BuildResult } from './perform.ts';

const WHY =
  'Docker computes the keys of several steps at once, and shows all that fail, but reports one of them, as Berth does';

/**
 * Leaves out that Docker shows more steps that failed. Berth must show one of them, and report the
 * same error.
 */
export function withoutMoreErrors(
  docker: Pick<BuildResult, 'steps' | 'error'>,
  berth: Pick<BuildResult, 'steps' | 'error'>,
  differences: readonly Difference[],
): { readonly rest: readonly Difference[]; readonly reasons: readonly string[] } {
  const shown = new Set(docker.steps);
  const isSame =
    berth.steps.length > 0 &&
    berth.steps.every((step) => shown.has(step)) &&
    lastLine(docker) === lastLine(berth) &&
    lastLine(berth).startsWith('ERROR: ');
  if (!isSame) return { rest: differences, reasons: [] };
  const rest = differences
    .map(({ aspect, lines }) => ({
      aspect,
      lines: lines.filter(
        (line) =>
          !(aspect === 'error' && /^- {2}> \[.*:$/.test(line)) &&
          !(aspect === 'steps' && /^- \[.* ERROR$/.test(line)),
      ),
    }))
    .filter(({ lines }) => lines.length > 0);
  const isEqual = JSON.stringify(rest) === JSON.stringify(differences);
  return { rest, reasons: isEqual ? [] : [WHY] };
}

/** What went wrong: the end of what a client prints. */
export const lastLine = ({ error }: Pick<BuildResult, 'error'>) =>
  error.slice(error.lastIndexOf('\n') + 1);
