import { isAbsolute, join } from 'node:path';
import { Readable } from 'node:stream';
import type { HostProcess } from '../../api/terminal.ts';
import type { TerminalSize } from '../engine/containers.ts';
import { locateProgram } from '../hypervisor/locate-program.ts';
import { missingSsh } from '../machine/ssh-command.ts';
import { hostShell } from '../shell/host-shell.ts';
import { openPty, type PtyProgram } from '../shell/pty.ts';
import type { ScreenHost } from './screen-host.ts';
import type { AttachedProcess } from './terminal-process.ts';

/** The process of a terminal that belongs to no container. */
export async function attachHostProcess(
  { machine, home }: Pick<ScreenHost, 'machine' | 'home'>,
  { kind }: HostProcess,
  size: TerminalSize,
  signal: AbortSignal,
): Promise<AttachedProcess> {
  switch (kind) {
    case 'host-shell': {
      const { engineSocket } = machine;
      const { name } = await machine.status();
      return attachPty(hostShell({ home, machine: name, engineSocket }), size);
    }
    case 'machine-shell': {
      const [file = 'ssh', ...args] = await machine.sshCommand();
      requireSsh(file);
      const program = { file, args, cwd: home, env: process.env };
      return attachPty(program, size);
    }
    case 'machine-console': {
      const source = Readable.from(machine.followConsole(signal), { objectMode: false });
      return { source, output: source, exitCode: async () => undefined };
    }
  }
}

/** Without this, the terminal would only close at once. */
function requireSsh(file: string): void {
  const name = process.platform === 'win32' ? `${file}.exe` : file;
  if (isAbsolute(file) || locateProgram(name, join('ssh', 'bin'), process.env)) return;
  throw missingSsh(file);
}

async function attachPty(program: PtyProgram, size: TerminalSize): Promise<AttachedProcess> {
  const pty = await openPty(program, size);
  return {
    source: pty.output,
    output: pty.output,
    write: async (text) => pty.write(text),
    resize: async (wanted) => pty.resize(wanted),
    exitCode: () => pty.exitCode,
  };
}
