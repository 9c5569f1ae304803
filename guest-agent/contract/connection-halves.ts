import type { Duplex } from 'node:stream';

type Done = (error?: Error | null) => void;

/** The methods that Node calls on the socket itself, so that they can be replaced. */
interface SocketParts {
  _write(chunk: unknown, encoding: BufferEncoding, done: Done): void;
  _writev?(chunks: unknown[], done: Done): void;
  destroy(error?: Error): unknown;
}

const separated = new WeakSet<Duplex>();

/**
 * Lets the two halves of a connection end independently. A program can send its last bytes and exit
 * without reading ours. Node would then destroy the socket when a write fails or the kernel reports
 * the reset, and drop bytes that it has read but not delivered.
 *
 * After this call, a failed write ends only the writing: later writes are dropped. A reset ends the
 * input. Once both halves have ended, the socket closes. Idempotent; returns the same socket.
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
    // The peer reads no more of our bytes, but its last bytes may still have to be delivered.
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

/** How long the peer can take to end its half after our last byte. */
const PATIENCE_MS = 30_000;

/**
 * Closes a connection without losing its last bytes. A socket that is closed with unread input
 * resets the connection, and the peer may then lose bytes that it hasn't read. So the input is read
 * and dropped until it ends, for at most `patience` milliseconds after the output is sent.
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
