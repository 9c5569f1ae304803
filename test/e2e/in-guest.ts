import { runProgram } from '../../electron/host/base/process.ts';
import type { Host } from '../../electron/host/host.ts';

/** Runs a command in the guest with the user's own `ssh`, and returns what it prints. */
export async function inGuest(host: Pick<Host, 'machine'>, command: string): Promise<string> {
  const [program = '', ...args] = await host.machine.sshCommand();
  const { code, stdout, stderr } = await runProgram(program, [...args, command], {
    timeoutMs: 30_000,
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
  return stdout.trim();
}
