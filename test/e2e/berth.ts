import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { openTerminal, type Terminal } from '../../electron/cli/testing/terminal.ts';
import { type Outcome, outcomeOf, printed } from '../fixtures/outcome.ts';

const MAIN = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url));

/** Runs `berth` as a user does, against the VM of this test run. */
export function berth(words: readonly string[], stdin = ''): Promise<Outcome> {
  return berthAt(inject('home'), words, stdin);
}

/** The same, against the VM of another home directory. */
export function berthAt(home: string, words: readonly string[], stdin = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { ...process.env, BERTH_HOME: home },
  });
  return outcomeOf(child, stdin);
}

/** Runs `berth`, which must succeed. Returns its output without the last newline. */
export async function output(...words: string[]): Promise<string> {
  return printed(`berth ${words.join(' ')}`, await berth(words));
}

/** Runs a shell script on its own terminal. `berth` in the script is the command. */
export function terminal(script: string): Terminal {
  return openTerminal([process.execPath, MAIN], script, { BERTH_HOME: inject('home') });
}
