import type { IncomingMessage } from 'node:http';

/** What a backend learns about the client's request, in the headers that most programs know. */
export function forwardedHeaders(
  { headers, socket }: IncomingMessage,
  scheme: string,
  nodeAddresses: readonly string[],
): Record<string, string> {
  const { remoteAddress = '' } = socket;
  // Connections of the user's browser come through this node.
  const client = nodeAddresses.includes(remoteAddress) ? '127.0.0.1' : remoteAddress;
  const before = headers['x-forwarded-for'];
  const host = headers.host ?? '';
  return {
    'x-forwarded-for': before === undefined ? client : `${before}, ${client}`,
    'x-real-ip': client,
    'x-forwarded-host': host,
    'x-forwarded-port': /:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? '443' : '80'),
    'x-forwarded-proto': scheme,
  };
}
