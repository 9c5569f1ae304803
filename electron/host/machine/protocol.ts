import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ZodType } from 'zod';
import * as z from 'zod';
import { machineStatusSchema, supervisorProgramSchema } from '../../api/machine.ts';
import { publishedPortSchema } from '../../api/ports.ts';

/**
 * The protocol of the control socket: JSON, one document per line. A caller connects and sends one
 * request. The background process sends any number of `status` replies and a final reply, then
 * disconnects. Without a final reply, the call was cut off.
 */

export const requestSchema = z.discriminatedUnion('call', [
  /** The current status, then `done`. */
  z.object({ call: z.literal('status') }),
  /** The current status and each change; `done` when the background process exits. */
  z.object({ call: z.literal('watch') }),
  /** Each status during the work, then `done` or `failure`. */
  z.object({ call: z.literal('start') }),
  z.object({ call: z.literal('stop') }),
  /** Like `stop`, but a suspended VM stays suspended. */
  z.object({ call: z.literal('leave') }),
  z.object({ call: z.literal('suspend') }),
  z.object({ call: z.literal('kill') }),
  /**
   * Leaves the running VM to the next background process, and exits after `done`. A process that runs
   * another program than `from` has replaced the process that the caller saw, and keeps the VM.
   */
  z.object({ call: z.literal('handOver'), from: supervisorProgramSchema.optional() }),
  /** The address of the VM's sshd: `address`. */
  z.object({ call: z.literal('address') }),
  /** Runs a shell command as root in the VM: `output`. */
  z.object({ call: z.literal('exec'), command: z.string() }),
  /** Opens the currently published ports on the host, then returns the result: `ports`. */
  z.object({ call: z.literal('ports') }),
]);
export type Request = z.infer<typeof requestSchema>;

export const replySchema = z.discriminatedUnion('reply', [
  z.object({ reply: z.literal('status'), status: machineStatusSchema }),
  z.object({ reply: z.literal('address'), host: z.string(), port: z.number().int() }),
  z.object({
    reply: z.literal('output'),
    /** Null if the connection to the VM was lost first. */
    code: z.number().int().nullable(),
    stdout: z.string(),
    stderr: z.string(),
  }),
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

/** Encodes one document. */
export const encode = (message: Request | Reply): string => `${JSON.stringify(message)}\n`;

/** Yields documents until the stream ends. Throws if one is invalid. */
export async function* decode<T>(stream: Readable, schema: ZodType<T>): AsyncGenerator<T> {
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  // The stream reports its own errors. Those after the last document have no other listener here.
  lines.on('error', () => {});
  // Without this listener, destroying the stream would never end the loop.
  stream.once('close', () => lines.close());
  for await (const line of lines) yield schema.parse(JSON.parse(line));
}

/** The address of the VM's sshd on the host. */
export interface MachineAddress {
  readonly host: string;
  readonly port: number;
}
