import type { Command } from 'commander';
import { execInPod } from '../../../host/kube/pods/exec.ts';
import { podTarget, readyPod } from '../../../host/kube/pods/pod-target.ts';
import type { CliContext } from '../../context.ts';
import { ExitStatus, exitCodes, notRun, startFailureCode } from '../../exit-code.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { passInput } from '../../session/pass-input.ts';
import { rawMode } from '../../session/raw-mode.ts';
import { requireTerminal } from '../../session/require-terminal.ts';
import { followTerminalSize } from '../../session/terminal-size.ts';

interface ExecFlags extends KubeFlags {
  readonly container?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

export function define(command: Command, context: CliContext): void {
  kubeFlags(command)
    .argument('<pod>')
    .argument('<command>')
    .argument('[arg...]')
    .passThroughOptions()
    .option('-c, --container <name>', 'Container to run the command in')
    .option('-i, --stdin', 'Pass standard input to the command')
    .option('-t, --tty', 'Allocate a pseudo-TTY')
    .action((pod: string, program: string, rest: string[], flags: ExecFlags) => {
      // kubectl's form: exec POD -- COMMAND.
      const words = program === '--' ? rest : [program, ...rest];
      return exec(context, pod, words, flags);
    });
}

async function exec(
  context: CliContext,
  reference: string,
  command: readonly string[],
  flags: ExecFlags,
): Promise<void> {
  const { stdin = false, tty = false, container } = flags;
  requireTerminal(context, stdin && tty);
  const { client, resources, namespace } = await openCluster(context, flags, 'local');
  const target = await podTarget(client, resources, namespace, reference);
  const pod = await readyPod(client, target);
  const wanted = { namespace, pod: pod.metadata.name, container, command, stdin, tty };
  const running = await execInPod(client, wanted, context).catch((error: unknown) => {
    throw notRun(error, exitCodes.failure);
  });
  const restore = tty && stdin ? rawMode(context.stdin) : () => {};
  const release = stdin ? passInput(context.stdin, running.stdin) : () => {};
  const stopFollowing = tty
    ? followTerminalSize(context.stdout, ({ columns, rows }) => running.resize(columns, rows))
    : () => {};
  try {
    const exitCode = await running.exited.catch((error: unknown) => {
      throw notRun(error, startFailureCode(error, exitCodes.failure));
    });
    if (exitCode !== 0) throw new ExitStatus(exitCode);
  } finally {
    stopFollowing();
    release();
    restore();
    running.close();
  }
}
