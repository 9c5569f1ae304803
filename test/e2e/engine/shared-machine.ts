import { output } from '../berth.ts';

/** Runs a shell script as root in the VM itself, beside the containers. */
export const guest = (script: string): Promise<string> => output('machine', 'ssh', script);

/** Removes all containers from the VM that the tests share. */
export async function removeContainers(): Promise<void> {
  const ids = (await output('ps', '--all', '--quiet')).split('\n').filter(Boolean);
  if (ids.length > 0) await output('rm', '--force', '--volumes', ...ids);
}

/**
 * Runs a shell script in a new container and removes the container. Returns the script's output.
 */
export const inContainer = (script: string, ...flags: string[]): Promise<string> =>
  output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script);

/** Reads lines of a name and a value: `/proc/self/status`, `cpu.stat`, ... */
export function readFacts(lines: string): Record<string, string> {
  return Object.fromEntries(
    [...lines.matchAll(/^(\S+?):?\s+(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
}
