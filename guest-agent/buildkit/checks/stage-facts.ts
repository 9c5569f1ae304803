import type { Instruction } from '../../build/dockerfile/parse.ts';
import type { Lines } from './report.ts';

/** An `ARG`, with the value that counts. */
export interface DeclaredArgument {
  readonly name: string;
  readonly value: string;
  readonly instruction: Instruction;
}

/** A secret or an SSH agent that a `RUN` mounts. */
export interface NeededItem {
  readonly isRequired: boolean;
  readonly lines: Lines;
}

/** What is known of a stage without performing its instructions. */
export interface StageFacts {
  /** The variables after the last instruction. */
  readonly environment: ReadonlyMap<string, string>;
  /** The variables of the image. */
  readonly configured: ReadonlyMap<string, string>;
  readonly declared: ReadonlySet<string>;
  readonly hasShell: boolean;
  readonly hasWorkdir: boolean;
  /** The directory after the last `WORKDIR`. */
  readonly directory: string;
  readonly args: ReadonlyMap<string, DeclaredArgument>;
  readonly usedArgs: ReadonlySet<string>;
  readonly secrets: ReadonlyMap<string, NeededItem>;
  readonly agents: ReadonlyMap<string, NeededItem>;
}
