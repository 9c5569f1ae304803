import { EngineError } from '../errors.ts';
import { crunPath } from './crun.ts';
import { ProgramError } from './process/program.ts';

/** What crun said when it couldn't create or start a process. */
export class RuntimeError extends EngineError {
  constructor(said: string) {
    super('internal', said);
    this.name = 'RuntimeError';
  }
}

/** Whether crun reported this, to its monitor or to the agent. */
export const isOfRuntime = (error: unknown): error is EngineError =>
  error instanceof RuntimeError || (error instanceof ProgramError && error.program === crunPath);
