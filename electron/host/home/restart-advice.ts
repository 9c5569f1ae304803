import { defaultMachine } from './paths.ts';

/** What to do when the engine in the VM hangs. */
export function restartAdvice(machine: string = defaultMachine): string {
  const name = machine === defaultMachine ? '' : ` ${machine}`;
  return `\`berth machine restart${name}\` restarts the VM and the containers whose restart policy says so.`;
}
