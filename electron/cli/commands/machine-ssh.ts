import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { HostError } from '../../host/errors.ts';
import type { CliContext, SignalSource } from '../context.ts';
import { startMachine } from '../engine.ts';
import { ExitStatus } from '../exit-code.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[command...]')
    .passThroughOptions()
    .action(async (remoteCommand: string[]) => {
      const { machine } = await context.host();
      const { state } = await machine.status();
      // While it starts the guest can be reached before its engine can: that helps when it hangs.
      if (state === 'stopped' || state === 'failed') await startMachine(context);
      const [program = 'ssh', ...rest] = await machine.sshCommand();
      const exitCode = await runSsh(context.signals, program, [...rest, ...remoteCommand]);
      if (exitCode !== 0) throw new ExitStatus(exitCode);
    });
}

/** Runs OpenSSH on this process's own terminal. Signals of the terminal reach it directly. */
async function runSsh(
  signals: SignalSource,
  program: string,
  rest: readonly string[],
): Promise<number> {
  const child = spawn(program, rest, { stdio: 'inherit' });
  const ignore = () => {};
  signals.on('SIGINT', ignore);
  try {
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : 1;
  } catch (cause) {
    throw new HostError('missing-program', `${program} cannot be run`, {
      hint: 'install the OpenSSH client',
      cause,
    });
  } finally {
    signals.off('SIGINT', ignore);
  }
}
