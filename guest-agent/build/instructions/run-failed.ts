import { EngineError } from '../../errors.ts';

/** A `RUN` whose command exited with a code other than 0. */
export class RunFailed extends EngineError {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super('invalid', message);
    this.name = 'RunFailed';
    this.exitCode = exitCode;
  }
}
