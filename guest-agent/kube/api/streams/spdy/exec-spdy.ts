import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import type { ProcessStreams } from '../../../pods/pod-streams.ts';
import type { ExecParameters } from '../exec-parameters.ts';
import { exitStatus } from '../exit-status.ts';
import { goAway, serveSpdy } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

type Log = (message: string, cause?: unknown) => void;

export const EXEC_SPDY_PROTOCOL = 'v4.channel.k8s.io';
/** How long a client can take to open its streams. */
const STREAMS_MS = 30_000;

const sizeSchema = z.object({ Width: z.number().int(), Height: z.number().int() });

/** Connects the streams of a program to a client that speaks SPDY. */
export async function serveExecSpdy(
  connection: Duplex,
  start: () => Promise<ProcessStreams>,
  parameters: ExecParameters,
  log: Log,
): Promise<void> {
  const names = ['stdin', 'stdout', 'stderr'] as const;
  const wanted = ['error', ...names.filter((name) => parameters[name])];
  if (parameters.tty) wanted.push('resize');
  const streams = new Map<string, SpdyStream>();
  const complete = Promise.withResolvers<void>();
  const served = serveSpdy(connection, (stream) => {
    streams.set(stream.headers.get('streamtype') ?? '', stream);
    if (wanted.every((name) => streams.has(name))) complete.resolve();
  });
  const timer = setTimeout(() => connection.destroy(), STREAMS_MS);
  await Promise.race([complete.promise, served]);
  clearTimeout(timer);
  if (connection.destroyed) return;

  const program = start();
  const connected = program.then((running) => connectProgram(connection, running, streams, log));
  const status = await exitStatus(connected);
  streams.get('error')?.end(status.status === 'Success' ? '' : JSON.stringify(status));
  await goAway(connection);
  await served;
}

/** Resolves to the exit code once all output is on its way. */
async function connectProgram(
  connection: Duplex,
  program: ProcessStreams,
  streams: ReadonlyMap<string, SpdyStream>,
  log: Log,
): Promise<number> {
  connection.once('close', () => program.close());
  const input = streams.get('stdin');
  if (input) {
    pipeline(input, program.stdin).catch((error) => {
      if (!connection.destroyed) log('taking input for a program in a pod', error);
    });
  }
  const resizes = streams.get('resize');
  if (resizes) {
    followSize(resizes, program).catch((error) => log('resizing a terminal in a pod', error));
  }
  const outputs = (['stdout', 'stderr'] as const).map(async (name) => {
    const stream = streams.get(name);
    if (stream) await pipeline(program[name], stream);
    else program[name].resume();
  });
  const [code] = await Promise.all([program.exited, ...outputs]);
  return code;
}

async function followSize(stream: SpdyStream, program: ProcessStreams): Promise<void> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      const { Width, Height } = sizeSchema.parse(JSON.parse(line));
      await program.resize(Width, Height);
    }
  }
}
