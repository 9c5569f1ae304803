import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../fixtures/outcome.ts';
import { differingLines } from './differing-lines.ts';
import type { Row } from './row.ts';

/** The result of a row: `explained` is a difference for which the row gives a reason. */
export type Verdict = 'same' | 'explained' | 'failed';

/** Compares two answers. A reason for a difference that doesn't exist is a failure too. */
export function judge(row: Row, docker: Outcome, berth: Outcome): Verdict {
  // The output of a row that was stopped because it took too long is unknown.
  if (docker.exitCode === null || berth.exitCode === null) return 'failed';
  const same = isDeepStrictEqual(docker, berth);
  if (!row.differs) return same ? 'same' : 'failed';
  if (same) return 'failed';
  const { where } = row.differs;
  if (where === undefined) return 'explained';
  const rest = ({ exitCode, stdout, stderr }: Outcome) => ({
    exitCode,
    stdout: without(stdout, where),
    stderr: without(stderr, where),
  });
  return isDeepStrictEqual(rest(docker), rest(berth)) ? 'explained' : 'failed';
}

function without(text: string, where: RegExp): string[] {
  return text.split('\n').filter((line) => !where.test(line));
}

/** How the answers differ, as in a diff. */
export function differences(docker: Outcome, berth: Outcome): string[] {
  const lines = ({ exitCode, stdout, stderr }: Outcome) => [
    `exit code ${exitCode}`,
    ...stdout.split('\n').map((line) => `stdout: ${line}`),
    ...stderr.split('\n').map((line) => `stderr: ${line}`),
  ];
  const found = differingLines(lines(docker), lines(berth));
  return found.length > 0 ? found : ['nothing differs'];
}
