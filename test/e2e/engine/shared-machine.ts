import { output } from '../berth.ts';

/** Runs a shell script as root in the machine itself, beside the containers. */
export const guest = (script: string): Promise<string> => output('machine', 'ssh', script);

/** Leaves the machine that all tests share without containers. */
export async function removeContainers(): Promise<void> {
  const ids = (await output('ps', '--all', '--quiet')).split('\n').filter(Boolean);
  if (ids.length > 0) await output('rm', '--force', '--volumes', ...ids);
}

/** Runs a shell script in a container of its own, which is removed; answers what it prints. */
export const inContainer = (script: string, ...flags: string[]): Promise<string> =>
  output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script);

/** Reads lines of a name and a value: `/proc/self/status`, `cpu.stat`, ... */
export function readFacts(lines: string): Record<string, string> {
  return Object.fromEntries(
    [...lines.matchAll(/^(\S+?):?\s+(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
}
