import { EngineError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { hasProcess } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';

export interface ProcessTable {
  readonly titles: string[];
  readonly processes: string[][];
}

/**
 * The processes of a container, as `ps` in the guest shows them. `psArgs` are the arguments of
 * `docker top`.
 */
export async function containerProcesses(
  engine: Engine,
  container: LiveContainer,
  psArgs: string,
): Promise<ProcessTable> {
  const { record } = container;
  const pids = new Set(
    hasProcess(record) ? (await engine.processes.idsOf(record)).map(String) : [],
  );
  // No processes: the container has just exited.
  if (pids.size === 0) {
    throw new EngineError('conflict', `Container ${container.id} is not running`);
  }
  const table = await engine.processes.list(psArgs.split(/\s+/).filter(Boolean));
  const [header = '', ...lines] = table.trimEnd().split('\n');
  const titles = header.trim().split(/\s+/);
  const pidColumn = titles.indexOf('PID');
  if (pidColumn < 0) throw new EngineError('invalid', "Couldn't find PID field in ps output");
  return {
    titles,
    processes: lines
      .map((line) => splitColumns(line, titles.length))
      .filter((columns) => pids.has(columns[pidColumn] ?? '')),
  };
}

/** Splits a line into columns. The last one (the command) keeps its spaces. */
function splitColumns(line: string, count: number): string[] {
  const words = line.trim().split(/\s+/);
  return [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}
