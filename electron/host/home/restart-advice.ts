import { defaultMachine } from './paths.ts';

/** The command that restarts a VM. */
export function restartCommand(machine: string = defaultMachine): string {
  return `berth machine restart${machine === defaultMachine ? '' : ` ${machine}`}`;
}

/** Advice for when the engine in the VM hangs. */
export function restartAdvice(machine: string = defaultMachine): string {
  return `Run \`${restartCommand(machine)}\` to restart the VM and the containers that have a restart policy.`;
}
