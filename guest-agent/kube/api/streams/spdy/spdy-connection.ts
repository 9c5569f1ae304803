import type { Duplex } from 'node:stream';
import { writeTo } from '../../../../contract/stream-flow.ts';
import { KubeError } from '../../../kube-error.ts';
import { controlFrame, FIN, type Frame, frameTypes, numbers, readFrames } from './frames.ts';
import { HeaderCodec } from './header-block.ts';
import { SpdyStream } from './spdy-stream.ts';

/**
 * The server's side of SPDY/3.1, which `kubectl` speaks for the streams of pods. Without flow
 * control, as `kubectl` has none either. Resolves when the client has closed the connection.
 */
export async function serveSpdy(
  connection: Duplex,
  onStream: (stream: SpdyStream) => void,
): Promise<void> {
  using codec = new HeaderCodec();
  const streams = new Map<number, SpdyStream>();
  const send = (frame: Buffer) => writeTo(connection, frame);

  const open = async ({ body, flags }: Extract<Frame, { kind: 'control' }>) => {
    const id = streamOf(body);
    const headers = await codec.expand(body.subarray(10));
    const stream = new SpdyStream(id, headers, send);
    streams.set(id, stream);
    stream.once('close', () => streams.delete(id));
    const reply = Buffer.concat([numbers(id), await codec.compressNone()]);
    await send(controlFrame(frameTypes.synReply, 0, reply));
    if ((flags & FIN) !== 0) await stream.receive(Buffer.alloc(0), true);
    onStream(stream);
  };
  const control = async (frame: Extract<Frame, { kind: 'control' }>) => {
    const { type, flags, body } = frame;
    if (type === frameTypes.synStream) await open(frame);
    else if (type === frameTypes.ping) await send(controlFrame(type, flags, body));
    else if (type === frameTypes.rstStream) streams.get(streamOf(body))?.destroy();
  };
  try {
    for await (const frame of readFrames(connection)) {
      if (frame.kind === 'control') await control(frame);
      else await streams.get(frame.id)?.receive(frame.body, (frame.flags & FIN) !== 0);
    }
  } finally {
    for (const stream of streams.values()) stream.destroy();
    connection.destroy();
  }
}

/** The number of the stream that a control frame is about. Throws KubeError 'BadRequest'. */
function streamOf(body: Buffer): number {
  if (body.length < 4) throw new KubeError('BadRequest', 'a frame is cut off');
  return body.readUInt32BE(0);
}

/** Tells the client that no more follows, and closes the connection. */
export async function goAway(connection: Duplex): Promise<void> {
  if (connection.destroyed) return;
  await writeTo(connection, controlFrame(frameTypes.goAway, 0, numbers(0, 0)));
  connection.end();
}
