import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { openTerminal, type Terminal } from '../../electron/cli/testing/terminal.ts';
import { type Outcome, outcomeOf, printed } from '../fixtures/outcome.ts';

/** `berth` for the VM of this test run, or for the engine that runs without one (test/engine). */
const environment = (): Readonly<Record<string, string>> =>
  inject('enginePid') === undefined
    ? { BERTH_HOME: inject('home') }
    : { DOCKER_HOST: `unix://${inject('engineSocket')}` };

/** `berth` from source, for tests whose setup gives no bundle. */
const SOURCE = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url));

const program = (): string => inject('command') ?? SOURCE;

/** Starts `berth` in an environment that also has `added`. */
export function spawnBerth(
  words: readonly string[],
  added: Readonly<Record<string, string>> = environment(),
): ChildProcessWithoutNullStreams {
  const env = { ...process.env, ...added };
  return spawn(process.execPath, [program(), ...words], { env });
}

/** Runs `berth` as a user does, against the engine of this test run. */
export function berth(words: readonly string[], stdin = ''): Promise<Outcome> {
  return outcomeOf(spawnBerth(words), stdin);
}

/** The same, against the VM of another home directory. */
export function berthAt(home: string, words: readonly string[], stdin = ''): Promise<Outcome> {
  return outcomeOf(spawnBerth(words, { BERTH_HOME: home }), stdin);
}

/** Runs `berth`, which must succeed. Returns its output without the last newline. */
export async function output(...words: string[]): Promise<string> {
  return printed(`berth ${words.join(' ')}`, await berth(words));
}

/** Runs a shell script on its own terminal. `berth` in the script is the command. */
export function terminal(script: string): Terminal {
  return openTerminal([process.execPath, program()], script, environment());
}
