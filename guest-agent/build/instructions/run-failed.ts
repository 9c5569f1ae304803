import { EngineError } from '../../errors.ts';

/** In BuildKit's words, the error of a command that didn't even start. */
export function notStarted(command: readonly string[], cause: EngineError): EngineError {
  // BuildKit prints the command with Go's `%q`.
  const quoted = JSON.stringify(command.join(' '));
  return new EngineError(
    cause.code,
    `process ${quoted} did not complete successfully: ${cause.message}`,
    { cause },
  );
}

/** A `RUN` whose command exited with a code other than 0. */
export class RunFailed extends EngineError {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super('invalid', message);
    this.name = 'RunFailed';
    this.exitCode = exitCode;
  }
}
