import { defaultMachine } from './paths.ts';

/** Advice for when the engine in the VM hangs. */
export function restartAdvice(machine: string = defaultMachine): string {
  const name = machine === defaultMachine ? '' : ` ${machine}`;
  return `Run \`berth machine restart${name}\` to restart the VM and the containers that have a restart policy.`;
}
