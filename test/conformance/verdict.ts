import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../fixtures/outcome.ts';
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

/** Lines that only one of the answers has, as in a diff. */
export function differences(docker: Outcome, berth: Outcome): string[] {
  const lines = ({ exitCode, stdout, stderr }: Outcome) => [
    `exit code ${exitCode}`,
    ...stdout.split('\n').map((line) => `stdout: ${line}`),
    ...stderr.split('\n').map((line) => `stderr: ${line}`),
  ];
  const [left, right] = [lines(docker), lines(berth)];
  const [only, others] = [new Set(left), new Set(right)];
  const found = [
    ...[...only].filter((line) => !others.has(line)).map((line) => `- ${line}`),
    ...[...others].filter((line) => !only.has(line)).map((line) => `+ ${line}`),
  ];
  if (found.length > 0) return found;
  return [
    isDeepStrictEqual(docker, berth)
      ? 'nothing differs'
      : 'the same lines, in another order or number',
  ];
}
