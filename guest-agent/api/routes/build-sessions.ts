import { EngineError } from '../../errors.ts';
import type { ApiRequest, Route } from '../route.ts';

/**
 * Where BuildKit would take over the connection. There is none: `/_ping` says so (Builder-Version
 * 1), and clients that ask all the same are told.
 */
async function refuse({ message }: ApiRequest): Promise<never> {
  if (message.headers.upgrade === undefined) {
    throw new EngineError('invalid', 'no upgrade proto in request');
  }
  throw new EngineError('not-implemented', 'BuildKit is not there; build with DOCKER_BUILDKIT=0');
}

export const buildSessionRoutes: readonly Route[] = [
  { method: 'POST', path: '/session', handle: refuse },
  { method: 'POST', path: '/grpc', handle: refuse },
];
