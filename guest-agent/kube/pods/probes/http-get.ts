import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Container, HTTPGetAction } from 'kubernetes-types/core/v1.js';
import { portNumber } from './port-number.ts';
import type { ProbeResult } from './watch-probe.ts';

/** The part of an answer that is read. */
const MAX_BODY = 10 * 1024;
const SWITCHING_PROTOCOLS = 101;

/** Asks a container for a page. Never rejects, except with the signal's reason. */
export async function httpGet(
  action: HTTPGetAction,
  container: Container,
  podIp: string,
  timeout: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { scheme = 'HTTP', host = podIp, path = '/', httpHeaders = [] } = action;
  const isSecure = scheme.toUpperCase() === 'HTTPS';
  const port = portNumber(action.port, container);
  if (port === undefined) return failed(`couldn't find port: ${action.port}`);
  const hostPart = host.includes(':') ? `[${host}]` : host;
  const text = `${isSecure ? 'https' : 'http'}://${hostPart}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return failed(`invalid URL: ${text}`);
  const deadline = AbortSignal.timeout(timeout);
  try {
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      headers: headersOf(httpHeaders),
      // As in the kubelet, certificates of containers aren't checked.
      ...(isSecure ? { rejectUnauthorized: false } : {}),
      agent: false,
      signal: AbortSignal.any([signal, deadline]),
    });
    const answer = answerTo(request);
    request.end();
    const response = await answer;
    const { statusCode = 0 } = response;
    if (statusCode !== SWITCHING_PROTOCOLS) await readSome(response);
    response.destroy();
    if (statusCode >= 200 && statusCode < 400) return { isGood: true, output: 'OK' };
    return failed(`HTTP probe failed with statuscode: ${statusCode}`);
  } catch (error) {
    signal.throwIfAborted();
    const reason = deadline.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : connectError(error, `${hostPart}:${port}`);
    return failed(`Get "${text}": ${reason}`);
  }
}

/** Rejects if the connection ends without an answer. */
function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve);
  // Without a listener, Node closes the connection without an error.
  request.once('upgrade', (response, socket) => {
    socket.destroy();
    resolve(response);
  });
  // The listener stays: an error after the answer must not end the agent.
  request.on('error', reject);
  request.once('close', () => reject(new Error('EOF')));
  return promise;
}

async function readSome(response: IncomingMessage): Promise<void> {
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return;
  }
}

function headersOf(asked: readonly { readonly name: string; readonly value: string }[]) {
  const headers: Record<string, string | string[]> = {};
  headers['user-agent'] = 'kube-probe/1.30';
  headers.accept = '*/*';
  headers.connection = 'close';
  const own = new Map<string, string[]>();
  for (const { name, value } of asked) {
    const key = name.toLowerCase();
    own.set(key, [...(own.get(key) ?? []), value]);
  }
  for (const [key, values] of own) headers[key] = values.length === 1 ? (values[0] ?? '') : values;
  return headers;
}

/** In the words of Go's network library, which users know from the kubelet. */
export function connectError(error: unknown, address: string): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connect: connection refused',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
    ETIMEDOUT: 'i/o timeout',
  };
  const reason = known[code];
  if (reason) return `dial tcp ${address}: ${reason}`;
  if (code === 'ECONNRESET') return 'EOF';
  return error instanceof Error ? error.message : String(error);
}

const failed = (output: string): ProbeResult => ({ isGood: false, output });
