import { EngineError } from '../errors.ts';
import type { Dockerfile, Instruction } from './dockerfile/parse.ts';
import { DockerfileError, parseError } from './dockerfile/parse.ts';

/** One `FROM` and the instructions up to the next. */
export interface Stage {
  readonly from: Instruction;
  /** An image or an earlier stage, with variables not yet replaced. */
  readonly base: string;
  /** In lower case. Empty without `AS`. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
  /** Whether the target doesn't need this stage, and the builder leaves out such stages. */
  readonly isSkipped?: boolean;
  /** Whether the stage must not use the cache. */
  readonly ignoresCache?: boolean;
}

export interface BuildPlan {
  /** `ARG`s before the first `FROM`. */
  readonly globals: readonly Instruction[];
  /** The stages up to the target. */
  readonly stages: readonly Stage[];
}

/** Divides a Dockerfile into stages. Throws EngineError 'invalid' in Docker's words. */
export function planBuild({ instructions }: Dockerfile, target: string): BuildPlan {
  const globals: Instruction[] = [];
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    const last = stages.at(-1);
    if (instruction.keyword === 'FROM')
      stages.push({ ...parseFrom(instruction), instructions: [] });
    else if (last !== undefined) last.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') globals.push(instruction);
    else throw withoutStage(instruction);
  }
  if (stages.length === 0) {
    throw new EngineError('invalid', 'dockerfile parse error: no build stage in current context');
  }
  if (target === '') return { globals, stages };
  const index = findStage(stages, target);
  if (index === -1) {
    throw new EngineError('invalid', `target stage "${target}" could not be found`);
  }
  return { globals, stages: stages.slice(0, index + 1) };
}

/** The error for an instruction before the first `FROM`. */
export function withoutStage({ line, endLine }: Instruction): DockerfileError {
  return new DockerfileError('no build stage in current context', line, endLine);
}

/**
 * The index of the last stage with this name, or else of the stage with this number. -1 if there is
 * none.
 */
export function findStage(stages: readonly Pick<Stage, 'name'>[], reference: string): number {
  const named = findNamedStage(stages, reference);
  if (named !== -1 || !/^\d+$/.test(reference)) return named;
  return Number(reference) < stages.length ? Number(reference) : -1;
}

/** The index of the last stage with this name, in any case. -1 if there is none. */
export function findNamedStage(stages: readonly Pick<Stage, 'name'>[], wanted: string): number {
  const lower = wanted.toLowerCase();
  return stages.findLastIndex(({ name }) => name !== '' && name === lower);
}

/** The index of the stage that a `FROM` of BuildKit names, where the case counts. -1 for an image. */
export function findBase(stages: readonly Pick<Stage, 'name'>[], name: string): number {
  return name === '' ? -1 : stages.findLastIndex((stage) => stage.name === name);
}

/** Reads a `FROM`. Throws EngineError 'invalid' in Docker's words. */
export function parseFrom(from: Instruction): Omit<Stage, 'instructions'> {
  const words = from.text.split(/\s+/);
  const [base = '', as, name = ''] = words;
  if (words.length !== 1 && (words.length !== 3 || as?.toLowerCase() !== 'as')) {
    throw parseError(from.line, 'FROM requires either one or three arguments');
  }
  if (name !== '' && !/^[a-z][a-z0-9-_.]*$/i.test(name)) {
    throw parseError(
      from.line,
      `invalid name for build stage: "${name}", name can't start with a number or contain symbols`,
    );
  }
  return { from, base, name: name.toLowerCase() };
}

/** Adds `--label` as an instruction at the end. */
export function withLabels(plan: BuildPlan, labels: Readonly<Record<string, string>>): BuildPlan {
  const names = Object.keys(labels).sort();
  const last = plan.stages.at(-1);
  if (names.length === 0 || last === undefined) return plan;
  const text = names.map((name) => `${quoted(name)}=${quoted(labels[name] ?? '')}`).join(' ');
  const label: Instruction = {
    ...{ keyword: 'LABEL', flags: new Map(), flagWords: [], text, heredocs: [] },
    ...{ line: 0, endLine: 0 },
    original: `LABEL ${text}`,
  };
  const stage = { ...last, instructions: [...last.instructions, label] };
  return { ...plan, stages: [...plan.stages.slice(0, -1), stage] };
}

/** Whether an instruction comes from `--label`, and not from the Dockerfile. */
export function isFromFlags({ line }: Instruction): boolean {
  return line === 0;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
