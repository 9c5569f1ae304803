import type { Buildkit } from '../../buildkit/buildkit.ts';
import { readSessionOffer } from '../../buildkit/session/offer.ts';
import { EngineError } from '../../errors.ts';
import type { ApiRequest, Route } from '../route.ts';

/**
 * The endpoints that BuildKit's clients upgrade to HTTP/2: `/grpc` to call the engine, and
 * `/session` for the engine to call them.
 */
export function buildSessionRoutes(
  buildkit: Pick<Buildkit, 'serveCalls' | 'checkSession' | 'serveSession'>,
): Route[] {
  return [
    {
      method: 'POST',
      path: '/grpc',
      handle: async (request) => {
        requireUpgrade(request);
        return { kind: 'http2', run: (socket) => buildkit.serveCalls(socket) };
      },
    },
    {
      method: 'POST',
      path: '/session',
      handle: async (request) => {
        requireUpgrade(request);
        // Repeated headers must stay apart.
        const offer = readSessionOffer(request.message.headersDistinct);
        buildkit.checkSession(offer);
        return { kind: 'http2', run: (socket) => buildkit.serveSession(offer, socket) };
      },
    },
  ];
}

function requireUpgrade({ message }: ApiRequest): void {
  if (message.headers.upgrade === undefined) {
    throw new EngineError('invalid', 'no upgrade proto in request');
  }
  if (message.headers.upgrade.toLowerCase() !== 'h2c') {
    throw new EngineError('invalid', `protocol ${message.headers.upgrade} not supported`);
  }
}
