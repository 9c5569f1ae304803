import type { Command } from 'commander';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import type { Filters } from '../../host/engine/containers.ts';
import { type CliContext, printLine } from '../context.ts';
import { connectEngine } from '../engine.ts';
import { collectFilter } from '../flags/repeated.ts';
import { humanSize } from '../format/size.ts';
import { confirm } from './confirm.ts';

export interface PruneFlags {
  readonly all: boolean;
  readonly filter: Filters;
}

/** What a prune removed. */
interface Pruned {
  readonly lines: readonly string[];
  /** Bytes; absent where Docker prints none. */
  readonly reclaimed?: number;
}

export interface Prune {
  /** Help for `--all`, for a prune that has this flag. */
  readonly all?: string;
  /** A filter as an example. */
  readonly example: string;
  /** The heading above the removed objects: `Deleted Containers`. */
  readonly heading: string;
  /** `engine` starts the VM if needed. */
  readonly question: (engine: () => Promise<EngineClient>, flags: PruneFlags) => Promise<string>;
  readonly run: (engine: EngineClient, flags: PruneFlags) => Promise<Pruned>;
}

/** `prune` of one kind of object: asks unless `--force` is given, then prints what was removed. */
export function definePrune(command: Command, context: CliContext, prune: Prune): void {
  if (prune.all !== undefined) command.option('-a, --all', prune.all);
  command
    .option('--filter <name=value>', `Filter what to remove, e.g. ${prune.example}`, collectFilter)
    .option('-f, --force', 'Do not prompt for confirmation')
    .action(async ({ all = false, filter = {}, force }: Partial<PruneFlags & { force: true }>) => {
      let connected: Promise<EngineClient> | undefined;
      const engine = () => {
        connected ??= connectEngine(context);
        return connected;
      };
      const flags = { all, filter };
      if (!force && !(await confirm(context, await prune.question(engine, flags)))) return;
      const { lines, reclaimed } = await prune.run(await engine(), flags);
      if (lines.length > 0) printLine(context, [`${prune.heading}:`, ...lines, ''].join('\n'));
      if (reclaimed !== undefined) {
        printLine(context, `Total reclaimed space: ${humanSize(reclaimed)}`);
      }
    });
}
