import { Duplex } from 'node:stream';
import { constants, createDeflate } from 'node:zlib';
import { dictionary } from '../../../guest-agent/kube/api/streams/spdy/dictionary.ts';
import {
  controlFrame,
  dataFrame,
  FIN,
  frameTypes,
  numbers,
} from '../../../guest-agent/kube/api/streams/spdy/frames.ts';
import { serveSpdy } from '../../../guest-agent/kube/api/streams/spdy/spdy-connection.ts';
import { KubeError } from '../../../guest-agent/kube/kube-error.ts';
import type { Target } from '../target.ts';

const headerBlock = await compressed(
  Buffer.concat([
    numbers(1),
    Buffer.concat([numbers(10), Buffer.from('streamtype')]),
    Buffer.concat([numbers(5), Buffer.from('stdin')]),
  ]),
);
/** Expands to much more than the client sent. */
const bomb = await compressed(
  Buffer.concat([
    numbers(1),
    numbers(1),
    Buffer.from('a'),
    numbers(1 << 22),
    Buffer.alloc(1 << 22),
  ]),
);
const open = (block: Buffer, id = 1) =>
  controlFrame(frameTypes.synStream, 0, Buffer.concat([numbers(id, 0), Buffer.alloc(2), block]));

/** Streams of `kubectl exec` and `port-forward`. */
export const spdy: Target = {
  seeds: [
    Buffer.concat([
      open(headerBlock),
      dataFrame(1, 0, Buffer.from('hello')),
      dataFrame(1, FIN, Buffer.alloc(0)),
    ]),
    Buffer.concat([
      controlFrame(frameTypes.ping, 0, numbers(1)),
      controlFrame(frameTypes.rstStream, 0, numbers(1, 5)),
    ]),
    open(bomb),
    controlFrame(frameTypes.goAway, 0, numbers(0, 0)),
  ],
  words: ['\x80\x03\0\x01', '\0\0\0\x01', '\xff\xff\xff\xff', '\x80\x03\0\x06'],
  async read(input) {
    const connection = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    connection.push(input);
    connection.push(null);
    await serveSpdy(connection, (stream) => {
      stream.on('error', () => {});
      stream.resume();
    });
  },
  expects: (error) => error instanceof KubeError,
};

function compressed(block: Buffer): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const deflate = createDeflate({ dictionary });
  const chunks: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  deflate.write(block);
  deflate.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(chunks)));
  return promise;
}
