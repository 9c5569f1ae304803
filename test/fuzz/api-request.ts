import { request } from 'node:http';
import * as z from 'zod';

/** A request that a case sends, as its JSON text. */
export const apiRequestSchema = z.object({
  method: z.string(),
  path: z.string(),
  type: z.string().optional(),
  body: z.unknown().optional(),
});
export type ApiRequest = z.infer<typeof apiRequestSchema>;

/** Undefined if the input isn't such a request. */
export function readRequest(input: Buffer): ApiRequest | undefined {
  try {
    return apiRequestSchema.parse(JSON.parse(input.toString()));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** How long an answer can take to begin, and then to continue. Some streams have no end. */
const PATIENCE_MS = 200;
const SILENCE_MS = 20;

/** Sends a request. Returns the status, or undefined without an answer. */
export function send(
  server: { socketPath: string } | { port: number },
  { method, path, type = 'application/json', body }: ApiRequest,
): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  // Node itself refuses what HTTP can't carry.
  const encoded = encodeURI(path.toWellFormed()).replaceAll('%25', '%').replace(/^[^/]/, '/$&');
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'Content-Type': type.replaceAll(/[^\x20-\x7e]/g, ''), Connection: 'close' };
  const client = request({
    ...{ ...server, method: /^[A-Z]+$/.test(method) ? method : 'GET', path: encoded, headers },
    ...('port' in server ? { host: '127.0.0.1' } : {}),
  });
  let status: number | undefined;
  const finish = () => {
    clearTimeout(timer);
    resolve(status);
    client.destroy();
  };
  let timer = setTimeout(finish, PATIENCE_MS);
  client.on('error', finish);
  client.on('upgrade', finish);
  client.on('response', (response) => {
    status = response.statusCode;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(finish, SILENCE_MS);
    };
    wait();
    response.on('data', wait);
    response.on('error', finish);
    response.on('end', finish);
  });
  client.end(sent);
  return promise;
}
