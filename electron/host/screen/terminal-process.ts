import type { Readable } from 'node:stream';
import type { TerminalProcess } from '../../api/terminal.ts';
import { loggerOf } from '../base/log.ts';
import { findShell } from '../containers/shell.ts';
import { attachContainer } from '../engine/attach.ts';
import type { EngineClient, HijackedStream } from '../engine/connection/client.ts';
import { readFrames } from '../engine/connection/stream-frames.ts';
import {
  inspectContainer,
  resizeContainer,
  type TerminalSize,
  waitContainer,
} from '../engine/containers.ts';
import { createExec, inspectExec, resizeExec, startExec } from '../engine/exec.ts';
import { containerLogs } from '../engine/logs.ts';

const log = loggerOf('terminal');

const WHOLE_LOG = 'all';

/**
 * The app detaches by closing the connection. The engine's default detach keys begin with Ctrl-P,
 * which shells use; nobody types these keys.
 */
export const DETACH_KEYS = 'ctrl-^,ctrl-@,ctrl-^';

/** The process behind a terminal. The caller destroys `source` at the end. */
export interface AttachedProcess {
  readonly source: Readable;
  readonly output: AsyncIterable<Buffer>;
  /** Resolves when the engine has accepted the input. Absent if the input isn't open. */
  readonly write?: (text: string) => Promise<void>;
  /** Absent if the container has no terminal. */
  readonly resize?: (size: TerminalSize) => Promise<void>;
  /** Call this after the output has ended. */
  exitCode(): Promise<number | undefined>;
}

export async function attachProcess(
  client: EngineClient,
  container: string,
  process: TerminalProcess,
  size: TerminalSize,
  signal: AbortSignal,
): Promise<AttachedProcess> {
  switch (process.kind) {
    case 'main':
      return attachMain(client, container, size, signal);
    case 'exec':
      return attachExec(client, container, process.command, size);
    case 'shell':
      return attachExec(client, container, [await findShell(client, container)], size);
    case 'logs':
      return attachLogs(client, container, String(process.tail), signal);
  }
}

/** The main process, starting with its existing output. */
async function attachMain(
  client: EngineClient,
  container: string,
  size: TerminalSize,
  signal: AbortSignal,
): Promise<AttachedProcess> {
  const stream = await attachContainer(client, container, {
    stdin: true,
    stdout: true,
    stderr: true,
    logs: true,
    detachKeys: DETACH_KEYS,
  });
  const { Config, State } = await inspectContainer(client, container).catch((error: unknown) => {
    stream.socket.destroy();
    throw error;
  });
  if (!State.Running) {
    // For an exited container, the engine attaches to its next run; we want the last one.
    stream.socket.destroy();
    return attachLogs(client, container, WHOLE_LOG, signal);
  }
  const resize = (wanted: TerminalSize) => resizeContainer(client, container, wanted);
  // The terminal may have closed with the process; then the output ends too.
  if (Config.Tty) await log.attempt('Resizing the terminal', resize(size));
  return {
    source: stream.socket,
    output: outputOf(stream),
    ...(Config.OpenStdin ? { write: writerOf(stream) } : {}),
    ...(Config.Tty ? { resize } : {}),
    exitCode: () => containerExitCode(client, container, signal),
  };
}

async function attachExec(
  client: EngineClient,
  container: string,
  command: string[],
  size: TerminalSize,
): Promise<AttachedProcess> {
  const id = await createExec(client, container, {
    Cmd: command,
    Tty: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    DetachKeys: DETACH_KEYS,
    Env: ['TERM=xterm-256color'],
  });
  const stream = await startExec(client, id, { tty: true, size });
  return {
    source: stream.socket,
    output: outputOf(stream),
    write: writerOf(stream),
    resize: (wanted) => resizeExec(client, id, wanted),
    exitCode: async () => (await inspectExec(client, id)).ExitCode ?? undefined,
  };
}

async function attachLogs(
  client: EngineClient,
  container: string,
  tail: string,
  signal: AbortSignal,
): Promise<AttachedProcess> {
  const { body, raw } = await containerLogs(client, container, {
    follow: true,
    tail,
    signal,
  });
  return {
    source: body,
    output: outputOf({ socket: body, raw }),
    exitCode: () => containerExitCode(client, container, signal),
  };
}

/**
 * Call this after the output has ended: the engine records the exit a moment later. Undefined for a
 * container that never ran or was removed.
 */
async function containerExitCode(
  client: EngineClient,
  id: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { exitCode } = await waitContainer(client, id, 'not-running', signal);
    await exitCode;
    const { State } = await inspectContainer(client, id);
    return State.Status === 'exited' ? State.ExitCode : undefined;
  } catch (error) {
    log.debug('Waiting for the exit code', error);
    return undefined;
  }
}

/** The output of a process, whether or not it has a terminal. */
export async function* outputOf(stream: {
  socket: Readable;
  raw: boolean;
}): AsyncGenerator<Buffer> {
  if (stream.raw) yield* stream.socket;
  else for await (const { data } of readFrames(stream.socket)) yield data;
}

export const writerOf =
  ({ socket }: HijackedStream) =>
  (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.write(text, (error) => (error ? reject(error) : resolve()));
    });
