import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { separateHalves } from '../../../../guest-agent/contract/connection-halves.ts';

/**
 * The two-way stream of an engine that answers 200 instead of 101: the reply's body is the input,
 * and output goes to the underlying connection. Ending the stream half-closes the connection.
 */
export function joinResponse(response: IncomingMessage): Duplex {
  const socket = separateHalves(response.socket);
  const joined = new Duplex({
    read: () => response.resume(),
    write: (chunk, encoding, done) => socket.write(chunk, encoding, done),
    final: (done) => socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  response.on('data', (chunk) => {
    if (!joined.push(chunk)) response.pause();
  });
  response.on('end', () => joined.push(null));
  response.on('error', (error) => joined.destroy(error));
  socket.on('error', (error) => joined.destroy(error));
  return joined;
}
