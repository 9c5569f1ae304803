import { request } from 'node:http';
import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { parseJson } from '../../base/parse-json.ts';

/** The longest that vfkit may take for one answer. A stop waits for Apple's framework. */
const answerTimeoutMs = 5_000;

const stateSchema = z.object({
  state: z.templateLiteral(['VirtualMachineState', z.string()]),
});
const inspectionSchema = z.object({ vcpus: z.int(), memoryBytes: z.number() });
const errorSchema = z.object({ error: z.string() });

/** The state changes that Berth requests. vfkit can't save a VM. */
export type StateChange = 'Resume' | 'Pause' | 'HardStop';

/** vfkit's REST service, on its socket. Methods reject with HostError 'connection' if it doesn't answer. */
export interface VfkitRest {
  /** The state of the VM, such as `Running`, `Paused` or `Stopped`. */
  state(): Promise<string>;
  /** The resources with which the VM was started. */
  inspect(): Promise<{ readonly cpus: number; readonly memoryMiB: number }>;
  /** Rejects with HostError 'machine-failed' in vfkit's words. */
  change(state: StateChange): Promise<void>;
}

export function vfkitRest(socketPath: string): VfkitRest {
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const { status, text } = await ask(socketPath, 'GET', path);
    const { success, data } = schema.safeParse(status === 200 ? parseJson(text) : undefined);
    if (!success) throw new HostError('connection', `vfkit answered with status ${status}`);
    return data;
  };
  return {
    async state() {
      const { state } = await read('/vm/state', stateSchema);
      return state.replace('VirtualMachineState', '');
    },
    async inspect() {
      const { vcpus, memoryBytes } = await read('/vm/inspect', inspectionSchema);
      return { cpus: vcpus, memoryMiB: memoryBytes / 1024 ** 2 };
    },
    async change(state) {
      const { status, text } = await ask(
        socketPath,
        'POST',
        '/vm/state',
        JSON.stringify({ state }),
      );
      if (status === 200 || status === 202) return;
      const { data } = errorSchema.safeParse(parseJson(text));
      throw new HostError('machine-failed', data?.error ?? `vfkit answered with status ${status}`);
    },
  };
}

function ask(socketPath: string, method: string, path: string, body?: string) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(answerTimeoutMs);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(new HostError('connection', "vfkit doesn't answer", { cause }));
    const asked = request({ socketPath, path, method, headers, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('error', fail);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on('error', fail);
    asked.end(body);
  });
}
