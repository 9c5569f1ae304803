import * as z from 'zod';

/*
 * Carries UDP over a stream, since SSH only carries TCP. Each connection to the guest's relay has
 * the datagrams between one client and one port. Each datagram has its length, 16 bits, before it.
 * The host's first message names the port.
 */

export const datagramTargetSchema = z.object({ host: z.string(), port: z.number().int() });
export type DatagramTarget = z.infer<typeof datagramTargetSchema>;

export function frameDatagram(datagram: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(2 + datagram.length);
  frame.writeUInt16BE(datagram.length);
  frame.set(datagram, 2);
  return frame;
}

/** Takes pieces of a stream and returns the datagrams that are complete. */
export class DatagramReader {
  #rest: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const datagrams: Buffer[] = [];
    for (;;) {
      const end = bytes.length < 2 ? Number.POSITIVE_INFINITY : 2 + bytes.readUInt16BE();
      if (bytes.length < end) break;
      datagrams.push(bytes.subarray(2, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return datagrams;
  }
}
