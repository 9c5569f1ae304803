import type { TerminalProcess } from '../../../electron/api/terminal.ts';

/** One of the terminals open on a container's page. */
export interface OpenTerminal {
  readonly key: number;
  readonly name: string;
  readonly process: TerminalProcess;
}

export interface OpenTerminals {
  readonly all: readonly OpenTerminal[];
  /** The key of the visible terminal. */
  readonly shown: number;
  readonly nextKey: number;
  /** Number of shells opened so far, for the name of the next one. */
  readonly shells: number;
}

const MAIN: OpenTerminal = { key: 0, name: 'Main process', process: { kind: 'main' } };

/** The first terminal: the main process if it reads input, otherwise a shell. */
export function firstTerminals(interactive: boolean): OpenTerminals {
  if (!interactive) return withShell({ all: [], shown: 0, nextKey: 0, shells: 0 });
  return { all: [MAIN], shown: MAIN.key, nextKey: 1, shells: 0 };
}

/** The main process keeps its tab: closing it wouldn't end the process, and nothing would reopen it. */
export const canClose = ({ process }: OpenTerminal) => process.kind !== 'main';

/** Opens another shell and shows it. */
export function withShell({ all, nextKey, shells }: OpenTerminals): OpenTerminals {
  const name = shells === 0 ? 'Shell' : `Shell ${shells + 1}`;
  const shell: OpenTerminal = { key: nextKey, name, process: { kind: 'shell' } };
  return { all: [...all, shell], shown: nextKey, nextKey: nextKey + 1, shells: shells + 1 };
}

/** Closes a terminal. Its neighbour is shown instead. */
export function withoutTerminal(terminals: OpenTerminals, key: number): OpenTerminals {
  const index = terminals.all.findIndex((each) => each.key === key);
  const all = terminals.all.filter((each) => each.key !== key);
  const neighbour = all[Math.min(index, all.length - 1)];
  const shown = terminals.shown === key ? (neighbour?.key ?? 0) : terminals.shown;
  return { ...terminals, all, shown };
}
