import { expandWord } from '../../build/dockerfile/substitution.ts';
import { takenFiles, takenStage } from '../../build/stage-uses.ts';
import type { DeclaredArgument, NeededItem } from '../checks/stage-facts.ts';
import { earlierStage } from '../checks/walk-stages.ts';
import type { Examined } from './examine.ts';
import type { GlobalArgument } from './global-arguments.ts';

/** Collects what a stage uses of the client, and what the stages use that it is built from. */
export class StageInputs {
  readonly args = new Map<string, DeclaredArgument>();
  readonly secrets = new Map<string, NeededItem>();
  readonly agents = new Map<string, NeededItem>();
  readonly #examined: Examined;
  readonly #globals: ReadonlyMap<string, GlobalArgument>;
  readonly #visited = new Set<number>();

  constructor(examined: Examined, globals: ReadonlyMap<string, GlobalArgument>) {
    this.#examined = examined;
    this.#globals = globals;
  }

  /** What counts is the first thing with a name: of the stage, its base, then its sources. */
  collect(number: number): void {
    const { stages, facts, globals, dockerfile } = this.#examined;
    const stage = stages[number];
    const known = facts[number];
    if (stage === undefined || this.#visited.has(number)) return;
    this.#visited.add(number);
    const base = earlierStage(
      stages,
      number,
      expandWord(stage.base, globals, dockerfile.escapeChar),
    );
    for (const name of this.#usedArguments(number, base)) {
      const arg = known?.args.get(name) ?? this.#globals.get(name);
      if (arg !== undefined && !this.args.has(name)) this.args.set(name, arg);
    }
    add(this.secrets, known?.secrets);
    add(this.agents, known?.agents);
    if (base !== -1) this.collect(base);
    for (const taken of stage.instructions.flatMap(takenFiles))
      this.collect(takenStage(taken, stages));
  }

  /** The arguments of the stage and of its `FROM`, and those that their defaults use. */
  #usedArguments(number: number, base: number): ReadonlySet<string> {
    const { facts, usedByFrom } = this.#examined;
    const known = facts[number];
    const used = new Set<string>();
    const use = (name: string) => {
      if (used.has(name)) return;
      used.add(name);
      if (known?.args.has(name)) return;
      for (const inner of this.#globals.get(name)?.uses ?? []) use(inner);
    };
    for (const name of known?.usedArgs ?? []) use(name);
    for (const name of usedByFrom[number] ?? []) use(name);
    for (const name of usedByFrom[base] ?? []) use(name);
    return used;
  }
}

function add<T>(all: Map<string, T>, more: ReadonlyMap<string, T> = new Map()): void {
  for (const [name, item] of more) if (!all.has(name)) all.set(name, item);
}
