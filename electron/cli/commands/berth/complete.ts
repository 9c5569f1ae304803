import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { loggerOf } from '../../../host/base/log.ts';
import { complete } from '../../completion/complete.ts';
import { type CliContext, printLine } from '../../context.ts';

const log = loggerOf('completion');

/** A shell waits for its completion: an engine that hangs must not hold the prompt. */
const patienceMs = 2_000;

/**
 * What the scripts of `berth completion` call: prints the candidates for the last word, one a line,
 * each with a tab and a description if it has one.
 */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[word...]')
    // Windows PowerShell does not pass on an empty word.
    .option('--blank', 'The word to complete is empty, and left out')
    .action(async (words: string[], { blank }: { blank?: boolean }) => {
      // Nobody asked for anything yet: a failure is told when the command runs.
      const found = log.attempt('Completing', complete(context, blank ? [...words, ''] : words));
      const candidates = await Promise.race([found, sleep(patienceMs, [], { ref: false })]);
      for (const { value, description } of candidates ?? []) {
        printLine(context, description === undefined ? value : `${value}\t${description}`);
      }
    });
}
