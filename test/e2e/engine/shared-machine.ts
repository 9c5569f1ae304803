import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { inject } from 'vitest';
import { outcomeOf, printed } from '../../fixtures/outcome.ts';
import { output } from '../berth.ts';

/** Runs a shell script as root beside the containers: in the VM, or in the engine's namespaces. */
export const guest = (script: string): Promise<string> =>
  inject('enginePid') === undefined
    ? output('machine', 'ssh', script)
    : inNamespaces(inject('enginePid'), script);

/** Runs a shell script in the namespaces of the only child of `pid`. */
async function inNamespaces(pid: number, script: string): Promise<string> {
  const first = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim();
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
  const enter = ['--target', first, '--all', '--root', '--wd', 'sh', '-c', script];
  return printed(script, await outcomeOf(spawn('/usr/bin/nsenter', enter, { env }), ''));
}

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
