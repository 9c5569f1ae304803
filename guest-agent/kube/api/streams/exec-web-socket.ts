import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import type { ProcessStreams } from '../../pods/pod-streams.ts';
import type { ExecParameters } from './exec-parameters.ts';
import { exitStatus } from './exit-status.ts';
import { sendChunks } from './send-chunks.ts';
import { takeChunk } from './take-chunk.ts';

type Log = (message: string, cause?: unknown) => void;

/** The channels of exec over WebSocket. The first byte of each message has the number. */
const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];

/** In order of preference. Only v5 can end the input of a program. */
export const EXEC_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const sizeSchema = z.object({ Width: z.number().int(), Height: z.number().int() });

/** Connects the streams of a program to a client's WebSocket until both are done. */
export async function serveExec(
  socket: WebSocket,
  program: ProcessStreams,
  { stdout, stderr }: ExecParameters,
  log: Log,
): Promise<void> {
  const failed = (error: unknown) => {
    if (socket.readyState === socket.OPEN) log('connecting to a program in a pod', error);
    socket.terminate();
  };
  socket.on('message', (data: Buffer) => takeMessage(socket, program, data).catch(failed));
  socket.on('close', () => program.close());
  socket.on('error', () => socket.terminate());
  try {
    const [status] = await Promise.all([
      exitStatus(program.exited),
      stdout ? sendChunks(socket, STDOUT, program.stdout) : drop(program.stdout),
      stderr ? sendChunks(socket, STDERR, program.stderr) : drop(program.stderr),
    ]);
    socket.send(Buffer.concat([Buffer.of(ERROR), Buffer.from(JSON.stringify(status))]));
    socket.close(1000);
  } catch (error) {
    failed(error);
  }
}

async function takeMessage(
  socket: WebSocket,
  { stdin, resize }: ProcessStreams,
  data: Buffer,
): Promise<void> {
  const [channel] = data;
  const content = data.subarray(1);
  if (channel === STDIN) takeChunk(socket, stdin, content);
  else if (channel === CLOSE && content[0] === STDIN) stdin.end();
  else if (channel === RESIZE) {
    const size = sizeSchema.safeParse(JSON.parse(content.toString()));
    if (size.success) await resize(size.data.Width, size.data.Height);
  }
}

async function drop(stream: Readable): Promise<void> {
  stream.resume();
}
