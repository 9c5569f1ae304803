import type { Writable } from 'node:stream';
import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';
import { HostError } from '../../base/errors.ts';
import { statusSchema } from '../client/api-error.ts';
import { openChannels } from '../client/channels.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { builtInResource, objectPath } from '../client/resources.ts';

export interface PodExec {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string | undefined;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** A program that runs in a pod. */
export interface PodProcess {
  /** Its end is the end of the program's input, if the cluster can say so. */
  readonly stdin: Writable;
  resize(columns: number, rows: number): Promise<void>;
  /** The exit code, after all output. Rejects if the program couldn't start. */
  readonly exited: Promise<number>;
  close(): void;
}

const [STDIN, STDOUT, STDERR, STATUS, RESIZE] = [0, 1, 2, 3, 4];

/** Starts a program in a container of a pod, and copies its output. */
export async function execInPod(
  client: KubeClient,
  { namespace, pod, container, command, stdin, tty }: PodExec,
  output: { readonly stdout: Writable; readonly stderr: Writable },
  signal?: AbortSignal,
): Promise<PodProcess> {
  const query = new URLSearchParams({
    ...{ stdin: String(stdin), stdout: 'true', stderr: String(!tty), tty: String(tty) },
    ...(container !== undefined && { container }),
  });
  for (const word of command) query.append('command', word);
  const path = `${objectPath(builtInResource('Pod'), pod, namespace)}/exec`;
  const channels = await openChannels(client, path, query, signal);
  let exit: Promise<number> | undefined;
  channels.onData((channel, data) => {
    if (channel === STATUS) {
      exit ??= Promise.resolve().then(() => exitCodeOf(data));
      awaitedElsewhere(exit);
      return true;
    }
    const target =
      channel === STDOUT ? output.stdout : channel === STDERR ? output.stderr : undefined;
    if (target === undefined || data.length === 0 || target.write(data)) return true;
    target.once('drain', () => channels.resume());
    return false;
  });
  const exited = channels.closed.then(
    async () => {
      if (exit) return exit;
      throw lost(pod);
    },
    async (cause: unknown) => {
      if (exit) return exit;
      throw cause;
    },
  );
  const sizes = channels.writer(RESIZE);
  return {
    stdin: channels.writer(STDIN),
    resize: (columns, rows) =>
      new Promise((resolve, reject) => {
        const size = JSON.stringify({ Width: columns, Height: rows });
        sizes.write(Buffer.from(size), (error) => (error ? reject(error) : resolve()));
      }),
    exited,
    close: () => channels.close(),
  };
}

const lost = (pod: string) =>
  new HostError('connection', `the connection to pod "${pod}" was lost`, {
    hint: 'The program may still be running in the container.',
  });

/** Reads the final `Status`: success, an exit code, or why the program didn't start. */
function exitCodeOf(data: Buffer): number {
  const { status, message, reason, details } = statusSchema.parse(JSON.parse(data.toString()));
  if (status === 'Success') return 0;
  const cause = (details?.causes ?? []).find((each) => each.reason === 'ExitCode');
  if (reason === 'NonZeroExitCode' && cause?.message !== undefined) return Number(cause.message);
  throw new HostError('engine', message ?? 'the program could not be started');
}
