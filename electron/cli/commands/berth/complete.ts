import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { loggerOf } from '../../../host/base/log.ts';
import { complete } from '../../completion/complete.ts';
import { type CliContext, printLine } from '../../context.ts';

const log = loggerOf('completion');

/** The shell waits for the candidates: an engine that hangs must not block the prompt. */
const patienceMs = 2_000;

/**
 * The scripts of `berth completion` call this command. Prints the candidates for the last word, one
 * per line, each followed by a tab and its description if it has a description.
 */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[word...]')
    // Windows PowerShell does not pass on an empty word.
    .option('--blank', 'The word to complete is empty, and not among the words')
    .action(async (words: string[], { blank }: { blank?: boolean }) => {
      // The user is still typing: the command itself will report the error.
      const found = log.attempt('Completing', complete(context, blank ? [...words, ''] : words));
      const candidates = await Promise.race([found, sleep(patienceMs, [], { ref: false })]);
      for (const { value, description } of candidates ?? []) {
        printLine(context, description === undefined ? value : `${value}\t${description}`);
      }
    });
}
