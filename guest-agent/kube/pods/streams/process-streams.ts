import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { Attachment, OutputPacket } from '../../../runtime/conmon/attach-socket.ts';
import type { ProcessStreams } from '../pod-streams.ts';

/**
 * The streams of a process as a client of Kubernetes sees them. A client that doesn't read slows the
 * process down.
 */
export function processStreams(
  socket: Attachment,
  exited: Promise<number>,
  resize: (columns: number, rows: number) => Promise<void>,
): ProcessStreams {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = new Writable({
    write: (chunk: Buffer, _, done) => {
      // A process that doesn't read any more doesn't end the client's input: its own end does.
      const isUnread = (error: unknown) => {
        if (!(error instanceof Error)) throw error;
      };
      socket
        .write(chunk)
        .catch(isUnread)
        .then(() => done(), done);
    },
    final: (done) => {
      socket.end();
      done();
    },
  });
  // Who reads or writes a stream hears of its error. A stream that nobody uses must not end the agent.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {});
  const pump = async () => {
    for await (const { stream, data } of socket.output as AsyncIterable<OutputPacket>) {
      const target = stream === 'stdout' ? stdout : stderr;
      if (!target.write(data) && !target.destroyed) {
        await Promise.race([once(target, 'drain'), once(target, 'close')]);
      }
    }
  };
  pump()
    .catch((error) => stdout.destroy(error instanceof Error ? error : new Error(String(error))))
    .finally(() => {
      stdout.end();
      stderr.end();
    });
  const close = () => {
    socket.close();
    stdout.destroy();
    stderr.destroy();
  };
  return { stdin, stdout, stderr, resize, exited, close };
}
