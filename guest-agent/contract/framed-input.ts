import { Duplex } from 'node:stream';
import { endGently, separateHalves } from './connection-halves.ts';

/**
 * A named pipe of Windows can't be half-closed: when a client ends its writing, Windows also ends
 * its reading. A client that has such a pipe asks for framed input with this header when it asks
 * for an upgrade. An engine that frames repeats the header in its answer.
 *
 * The client then sends its input in frames: the length as a 32-bit number, the high byte first,
 * and as many bytes. A frame of length 0 ends the input. The output isn't framed.
 */
export const framedInputHeader = 'berth-input';
export const framedInputValue = 'framed';

const LENGTH_BYTES = 4;

/**
 * The client's side: a stream whose writes are framed. Its end sends the last frame, and the
 * connection stays open until the output ends.
 */
export function writeFramedInput(socket: Duplex): Duplex {
  separateHalves(socket);
  const send = (length: number, chunk: Buffer, done: () => void) => {
    // The process may have ended, and its connection with it, while input is being sent.
    if (!socket.writable) return done();
    const head = Buffer.alloc(LENGTH_BYTES);
    head.writeUInt32BE(length);
    socket.write(Buffer.concat([head, chunk]), () => done());
  };
  const framed = new Duplex({
    // The end of the output ends everything.
    allowHalfOpen: false,
    decodeStrings: true,
    read() {
      socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) =>
      chunk.length === 0 ? done() : send(chunk.length, chunk, done),
    final: (done) => send(0, Buffer.alloc(0), done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  passOn(socket, framed, (chunk) => framed.push(chunk));
  // A caller that has read everything no longer listens.
  framed.on('error', () => {});
  return framed;
}

/** The engine's side: a stream that reads the input out of its frames. */
export function readFramedInput(socket: Duplex): Duplex {
  separateHalves(socket);
  const head = Buffer.alloc(LENGTH_BYTES);
  let headLength = 0;
  let missing = 0;
  let isOver = false;
  const stream: Duplex = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk, encoding, done) {
      socket.write(chunk, encoding, () => done());
    },
    final(done) {
      socket.end(() => done());
    },
    destroy: (error, done) => {
      if (isOver && stream.writableFinished) endGently(socket);
      else socket.destroy();
      done(error);
    },
  });
  const endInput = () => {
    isOver = true;
    stream.push(null);
  };
  /** Returns whether the stream takes more. */
  const feed = (chunk: Buffer): boolean => {
    let takesMore = true;
    for (let at = 0; at < chunk.length && !isOver; ) {
      if (missing > 0) {
        const part = chunk.subarray(at, at + missing);
        at += part.length;
        missing -= part.length;
        takesMore = stream.push(part);
        continue;
      }
      const copied = chunk.copy(head, headLength, at, at + LENGTH_BYTES - headLength);
      at += copied;
      headLength += copied;
      if (headLength < LENGTH_BYTES) break;
      headLength = 0;
      missing = head.readUInt32BE();
      if (missing === 0) endInput();
    }
    // After the input, reading continues: only then does Node notice that the client disconnects.
    return isOver || takesMore;
  };
  passOn(socket, stream, feed, () => isOver);
  return stream;
}

/** Hands on what the socket reads, at the reader's speed, and how the socket ends. */
function passOn(
  socket: Duplex,
  stream: Duplex,
  feed: (chunk: Buffer) => boolean,
  isOver: () => boolean = () => false,
): void {
  let ended = false;
  socket.on('data', (chunk: Buffer) => {
    if (!feed(chunk)) socket.pause();
  });
  socket.on('end', () => {
    ended = true;
    if (!isOver()) stream.push(null);
  });
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => {
    // What was read before the end may still be waiting in the stream for its reader.
    if (!ended) stream.destroy();
  });
}
