import type { BootStep, MachineFailure } from '../../api/machine.ts';
import { HostError } from '../errors.ts';
import type { BootStepInfo } from './boot-steps.ts';
import { consoleTail } from './console.ts';
import { engineLogTail } from './guest-link.ts';
import type { Run } from './run.ts';

const consoleLines = 25;

/** The console's last lines, as many as are told with a failure. */
export const failureConsole = (console: string): Promise<string[]> =>
  consoleTail(console, consoleLines);

/** What the engine has to say for itself when it is the one that does not come up. */
export async function engineLogAt({ boot }: Run, step: BootStep): Promise<string[]> {
  return step === 'engine' && boot.bridge ? engineLogTail(boot.bridge) : [];
}

/** Why a start failed, for people. Puts a data disk back whose format was to change. */
export async function explainFailure({
  run,
  info: { step, description, hint },
  cause,
  log,
  console,
}: {
  readonly run: Run;
  readonly info: BootStepInfo;
  readonly cause: unknown;
  /** The engine's. */
  readonly log: readonly string[];
  /** The console's file. */
  readonly console: string;
}): Promise<MachineFailure> {
  const rolledBack = await run.boot.dataDisk.rollBack().catch(reasonOf);
  return {
    step,
    message: `${description} failed: ${reasonOf(cause)}${rollBackWords(rolledBack)}`,
    hint: (cause instanceof HostError && cause.hint) || hint,
    console: [
      // Until it is cleared, the console's file is that of the boot before.
      ...(step === 'prepare' ? [] : await failureConsole(console)),
      ...log.map((line) => `engine: ${line}`),
    ],
  };
}

/** The error that whoever waits for the start gets. */
export function startError(failure: MachineFailure, step: BootStep, cause: unknown): HostError {
  return new HostError(
    'machine-failed',
    `The machine did not start (step ${step}). ${failure.message}`,
    { ...(failure.hint && { hint: failure.hint }), console: failure.console, cause },
  );
}

export const reasonOf = (error: unknown) =>
  error instanceof Error ? error.message : String(error);

/** What became of a data disk whose format was to change; a text says why it was not put back. */
function rollBackWords(rolledBack: boolean | string): string {
  if (rolledBack === true) return '. The data disk is again as it was before this upgrade';
  return rolledBack ? `. The data disk could not be put back: ${rolledBack}` : '';
}
