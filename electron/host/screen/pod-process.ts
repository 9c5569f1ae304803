import { PassThrough } from 'node:stream';
import type { PodShell } from '../../api/terminal.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import type { TerminalSize } from '../engine/containers.ts';
import type { KubeConnections } from '../kube/client/connections.ts';
import { execInPod } from '../kube/pods/exec.ts';
import type { AttachedProcess } from './terminal-process.ts';

/** The best shell of a container, which only the container itself can find. */
const SHELL = [
  ...['/bin/sh', '-c'],
  'export TERM=xterm-256color; command -v bash >/dev/null && exec bash; exec sh',
];

/** A shell in a container of a pod. */
export async function attachPod(
  connections: KubeConnections,
  { context, namespace, pod, container }: PodShell,
  size: TerminalSize,
  signal: AbortSignal,
): Promise<AttachedProcess> {
  const { client } = await connections.open(context);
  const output = new PassThrough();
  const wanted = { namespace, pod, container, command: SHELL, stdin: true, tty: true };
  const running = await execInPod(client, wanted, { stdout: output, stderr: output }, signal);
  const ending = running.exited.finally(() => output.end());
  awaitedElsewhere(ending);
  output.once('close', () => running.close());
  await running.resize(size.columns, size.rows);
  return {
    source: output,
    output,
    write: (text) =>
      new Promise((resolve, reject) => {
        running.stdin.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    resize: ({ columns, rows }) => running.resize(columns, rows),
    exitCode: () => ending,
  };
}
