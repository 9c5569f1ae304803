import { EngineError } from '../../../errors.ts';
import { isOfRuntime } from '../../../runtime/runtime-error.ts';

/** Exit codes of a command that can't run, as in the shell and Docker. */
const COMMAND_NOT_FOUND = 127;
const COMMAND_NOT_EXECUTABLE = 126;
const START_FAILED = 128;

/**
 * Translates an error of the runtime into Docker's words, which clients look for ("executable file
 * not found in $PATH"), with the matching exit code.
 */
export function startFailure(
  cause: unknown,
  command: string,
): { error: EngineError; exitCode: number } {
  const said = cause instanceof Error ? cause.message : String(cause);
  const unchanged = {
    error: cause instanceof EngineError ? cause : new EngineError('internal', said, { cause }),
    exitCode: START_FAILED,
  };
  // A mount or a port may have failed with much the same text, and it says why.
  if (!isOfRuntime(cause)) return unchanged;
  const refusal = (reason: string) =>
    new EngineError(
      'invalid',
      `failed to create task for container: OCI runtime create failed: unable to start container process: exec: "${command}": ${reason}`,
      { cause },
    );
  // The text in between contains the command, which an image can choose, so each search runs once.
  const executable = said.search(/executable file /i);
  const isMissing = executable !== -1 && / not found/i.test(said.slice(executable));
  if (isMissing || /not found in \$PATH/i.test(said)) {
    // Only a name without a slash is looked up.
    const reason = command.includes('/')
      ? `stat ${command}: no such file or directory`
      : 'executable file not found in $PATH';
    return {
      error: refusal(reason),
      exitCode: COMMAND_NOT_FOUND,
    };
  }
  const directory = /chdir to [`'"]?(\/[^`'":]*)/i.exec(said)?.[1];
  if (directory !== undefined && /no such file or directory/i.test(said)) {
    const error = new EngineError(
      'invalid',
      `failed to create task for container: OCI runtime create failed: unable to start container process: chdir to cwd ("${directory}") set in config.json failed: no such file or directory`,
      { cause },
    );
    return { error, exitCode: COMMAND_NOT_FOUND };
  }
  if (/no such file or directory/i.test(said) && said.includes(command)) {
    const reason = command.includes('/') ? `stat ${command}: ` : '';
    return {
      error: refusal(`${reason}no such file or directory`),
      exitCode: COMMAND_NOT_FOUND,
    };
  }
  if (/is not a regular file/i.test(said)) {
    return {
      error: refusal('is a directory: permission denied'),
      exitCode: COMMAND_NOT_EXECUTABLE,
    };
  }
  if (/is not executable/i.test(said)) {
    return { error: refusal('permission denied'), exitCode: COMMAND_NOT_EXECUTABLE };
  }
  if (/permission denied|is a directory|exec format error/i.test(said)) {
    const reason = /(permission denied|is a directory|exec format error)/i.exec(said)?.[1] ?? said;
    return { error: refusal(reason.toLowerCase()), exitCode: COMMAND_NOT_EXECUTABLE };
  }
  return unchanged;
}
