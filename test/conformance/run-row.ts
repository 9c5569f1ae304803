import { execFile, spawn } from 'node:child_process';
import { type Outcome, outcomeOf } from '../fixtures/outcome.ts';
import { normalise } from './normalise.ts';
import type { Row } from './row.ts';
import { shapeOf } from './shape.ts';

/** The environment of the rows of one engine. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** A separate directory in which the scripts run. */
  readonly directory: string;
}

/** A row takes seconds. A row that hangs is stopped, and counts as different. */
const TIMEOUT = 60_000;

/** Runs the row's script and makes its output comparable. */
export async function runRow(row: Row, { environment, directory }: Surroundings): Promise<Outcome> {
  const child = spawn('sh', ['-c', row.run], { env: environment, cwd: directory, detached: true });
  // The whole session, because the script may have started processes in other process groups.
  const end = () => execFile('pkill', ['-KILL', '--session', String(child.pid)]);
  const timer = setTimeout(end, TIMEOUT);
  const { exitCode, stdout, stderr } = await outcomeOf(child, '');
  clearTimeout(timer);
  const comparable = (text: string) => normalise(text, { [directory]: '<directory>' });
  const output = comparable(row.shape && exitCode === 0 ? shapeOf(stdout) : stdout);
  return { exitCode, stdout: inOrder(row, output), stderr: inOrder(row, comparable(stderr)) };
}

function inOrder(row: Row, text: string): string {
  return row.sorted ? text.split('\n').sort().join('\n') : text;
}
