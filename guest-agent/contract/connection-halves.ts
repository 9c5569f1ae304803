import type { Duplex } from 'node:stream';

type Done = (error?: Error | null) => void;

/** The parts of a socket that Node calls on the socket itself, so that they can be replaced. */
interface SocketParts {
  _write(chunk: unknown, encoding: BufferEncoding, done: Done): void;
  _writev?(chunks: unknown[], done: Done): void;
  destroy(error?: Error): unknown;
}

const separated = new WeakSet<Duplex>();

/**
 * Lets the two halves of a connection end independently. A program may send its last bytes and go
 * without reading ours: Node would then destroy the socket at the first write that fails, or when
 * the kernel reports the reset, and throw away what it has read for us but not delivered yet.
 *
 * Afterwards a failed write ends the writing only: later writes are dropped. A reset is the end of
 * the input. Once both halves are over, the socket closes. Idempotent; returns the same socket.
 */
export function separateHalves<Connection extends Duplex>(socket: Connection): Connection {
  if (separated.has(socket)) return socket;
  separated.add(socket);
  const parts = socket as unknown as SocketParts;
  const write = parts._write.bind(socket);
  const writev = parts._writev?.bind(socket);
  const destroy = parts.destroy.bind(socket);
  let isBroken = false;

  const breakOff = () => {
    if (isBroken) return;
    isBroken = true;
    // Nobody takes our bytes any more. The last of theirs may still have to be delivered.
    if (socket.readableEnded) destroy();
    else socket.once('end', () => destroy());
  };
  const survive = (done: Done) => (error?: Error | null) => {
    if (error) breakOff();
    done();
  };
  parts._write = (chunk, encoding, done) => {
    if (isBroken) done();
    else write(chunk, encoding, survive(done));
  };
  if (writev) {
    parts._writev = (chunks, done) => {
      if (isBroken) done();
      else writev(chunks, survive(done));
    };
  }
  parts.destroy = (error) => {
    if (!isReset(error) || socket.destroyed || socket.readableEnded) return destroy(error);
    breakOff();
    socket.push(null);
    return socket;
  };
  return socket;
}

function isReset(error: NodeJS.ErrnoException | undefined): boolean {
  return error?.code === 'ECONNRESET' && error.syscall === 'read';
}

/** How long the other side may take to end its half after ours has been sent. */
const PATIENCE_MS = 30_000;

/**
 * Closes a connection without losing its last bytes: a socket that is closed with unread input in
 * it resets the connection, and the other side may then lose what it hasn't read. So the input is
 * read and dropped until it ends, for `patience` milliseconds from when the output has been sent.
 */
export function endGently(socket: Duplex, patience = PATIENCE_MS): void {
  const wait = () => {
    const timer = setTimeout(() => socket.destroy(), patience);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  };
  if (socket.destroyed) return;
  if (socket.writableFinished) wait();
  else socket.once('finish', wait);
  socket.end();
  socket.resume();
}
