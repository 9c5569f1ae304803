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
 * A screen detaches by closing. The engine's own keys for it begin with Ctrl-P, which shells use;
 * these are keys that nobody types.
 */
const DETACH_KEYS = 'ctrl-^,ctrl-@,ctrl-^';

/** What stands behind a terminal. The caller destroys `source` when it is done. */
export interface AttachedProcess {
  readonly source: Readable;
  readonly output: AsyncIterable<Buffer>;
  /** Resolves when the engine has taken it. Absent where nothing can be typed. */
  readonly write?: (text: string) => Promise<void>;
  /** Absent where there is no terminal in the container. */
  readonly resize?: (size: TerminalSize) => Promise<void>;
  /** To be asked when the output has ended. */
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

/** The main process, beginning with what it has written so far. */
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
    // The engine attaches to the next run of a container that has ended; we want the last one.
    stream.socket.destroy();
    return attachLogs(client, container, WHOLE_LOG, signal);
  }
  const resize = (wanted: TerminalSize) => resizeContainer(client, container, wanted);
  // The terminal may have gone with the process by now; then its output tells.
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
 * To be asked when the output has ended: the engine takes note of the end a moment later. Undefined
 * for a container that never ran, and for one that is gone.
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

async function* outputOf(stream: { socket: Readable; raw: boolean }): AsyncGenerator<Buffer> {
  if (stream.raw) yield* stream.socket;
  else for await (const { data } of readFrames(stream.socket)) yield data;
}

const writerOf =
  ({ socket }: HijackedStream) =>
  (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.write(text, (error) => (error ? reject(error) : resolve()));
    });
