import type { IncomingHttpHeaders } from 'node:http';
import type { SessionOffer } from './client-session.ts';

const PREFIX = 'x-docker-expose-session-';

/** Reads the headers of a request that opens a session. */
export function readSessionOffer(
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | IncomingHttpHeaders,
): SessionOffer {
  const values = (name: string) =>
    [headers[PREFIX + name] ?? []]
      .flat()
      .flatMap((value) => value.split(','))
      .map((value) => value.trim());
  const [id = ''] = values('uuid');
  const [sharedKey = ''] = values('sharedkey');
  return { id, sharedKey, methods: values('grpc-method') };
}
