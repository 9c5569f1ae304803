import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ZodType } from 'zod';
import * as z from 'zod';
import { machineStatusSchema } from '../../api/machine.ts';
import { publishedPortSchema } from '../../api/ports.ts';

/*
 * What is spoken on the control socket: JSON, one document a line. A caller connects and sends one
 * request. The supervisor sends any number of `status` replies, then one that ends the call, and
 * hangs up. A connection that closes without that last reply was cut off.
 */

export const requestSchema = z.discriminatedUnion('call', [
  /** The present status, then `done`. */
  z.object({ call: z.literal('status') }),
  /** The present status and each change; `done` when the supervisor ends. */
  z.object({ call: z.literal('watch') }),
  /** Each status on the way, then `done` or `failure`. */
  z.object({ call: z.literal('start') }),
  z.object({ call: z.literal('stop') }),
  z.object({ call: z.literal('suspend') }),
  z.object({ call: z.literal('kill') }),
  /** Where the guest's sshd is: `address`. */
  z.object({ call: z.literal('address') }),
  /** Opens on this computer what containers publish by now, then tells how that went: `ports`. */
  z.object({ call: z.literal('ports') }),
]);
export type Request = z.infer<typeof requestSchema>;

export const replySchema = z.discriminatedUnion('reply', [
  z.object({ reply: z.literal('status'), status: machineStatusSchema }),
  z.object({ reply: z.literal('address'), host: z.string(), port: z.number().int() }),
  z.object({ reply: z.literal('ports'), ports: z.array(publishedPortSchema) }),
  z.object({ reply: z.literal('done') }),
  z.object({
    reply: z.literal('failure'),
    code: z.enum(['invalid', 'machine-failed', 'machine-not-running', 'cancelled', 'internal']),
    message: z.string(),
    hint: z.string().optional(),
    console: z.array(z.string()).optional(),
  }),
]);
export type Reply = z.infer<typeof replySchema>;

/** One document as it goes over the wire. */
export const encode = (message: Request | Reply): string => `${JSON.stringify(message)}\n`;

/** The documents that arrive, until the stream ends. Throws for one that does not fit. */
export async function* decode<T>(stream: Readable, schema: ZodType<T>): AsyncGenerator<T> {
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  // Without this, a stream that is destroyed would never end the loop.
  stream.once('close', () => lines.close());
  for await (const line of lines) yield schema.parse(JSON.parse(line));
}

/** Where the guest's sshd is reached from the host. */
export interface MachineAddress {
  readonly host: string;
  readonly port: number;
}
