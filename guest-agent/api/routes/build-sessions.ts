import { EngineError } from '../../errors.ts';
import type { ApiRequest, Route } from '../route.ts';

/**
 * The endpoint that BuildKit clients upgrade. Berth has no BuildKit, and `/_ping` says so
 * (Builder-Version 1). Clients that ask anyway get an error.
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
