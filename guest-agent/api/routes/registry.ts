import * as z from 'zod';
import { matchesFilters } from '../../engine/filters.ts';
import type { Registries } from '../../engine/images/registries.ts';
import { isTrue } from '../../engine/images/store/filters.ts';
import { EngineError } from '../../errors.ts';
import {
  credentialsOf,
  credentialsSchema,
  parseCredentials,
} from '../../registry/auth/credentials.ts';
import { registryHost } from '../../registry/auth/login.ts';
import { parseReference, withDefaultTag } from '../../registry/reference.ts';
import type { SearchResult } from '../../registry/search.ts';
import { messageLines } from '../message-lines.ts';
import { jsonPlatform } from '../platform-parameter.ts';
import { filters, integer } from '../query.ts';
import { type ApiRequest, json, type Route } from '../route.ts';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

const loginSchema = credentialsSchema.extend({ serveraddress: z.string().optional() });

const searchTests: Record<string, (result: SearchResult, value: string) => boolean> = {
  'is-official': (result, value) => isTrue('is-official', value) === result.is_official,
  'is-automated': (_, value) => !isTrue('is-automated', value),
  stars: (result, value) => {
    if (!/^\d+$/.test(value)) throw new EngineError('invalid', `invalid filter 'stars=[${value}]'`);
    return result.star_count >= Number(value);
  },
};

/** Requests to registries other than pulls. */
export function registryRoutes(registries: Registries): Route[] {
  return [
    {
      method: 'POST',
      path: '/images/*name/push',
      handle: async ({ params, query, message, signal }) => {
        const { domain, path } = parseReference(params.name ?? '');
        const tag = query.get('tag');
        const reference = parseReference(`${domain}/${path}${tag ? `:${tag}` : ''}`);
        const progress = registries.push(
          { reference, platform: jsonPlatform(query), credentials: credentials(message) },
          signal,
        );
        return { kind: 'stream', contentType: 'application/json', body: messageLines(progress) };
      },
    },
    {
      method: 'POST',
      path: '/auth',
      handle: async (request) => {
        const { serveraddress = '', ...given } = await request.json(loginSchema);
        await registries.checkLogin(
          registryHost(serveraddress),
          credentialsOf(given),
          request.signal,
        );
        return json({ Status: 'Login Succeeded', IdentityToken: '' });
      },
    },
    {
      method: 'GET',
      path: '/images/search',
      handle: async ({ query, message, signal }) => {
        const limit = integer(query, 'limit') || DEFAULT_LIMIT;
        if (limit < 1 || limit > MAX_LIMIT) {
          throw new EngineError(
            'invalid',
            `limit ${limit} is outside the range of [1, ${MAX_LIMIT}]`,
          );
        }
        const wanted = filters(query);
        const term = query.get('term') ?? '';
        const found = await registries.search(term, limit, credentials(message), signal);
        return json(
          found
            .filter((result) =>
              matchesFilters(searchTests, wanted, (test, value) => test(result, value)),
            )
            .map((result) => ({ ...result, is_automated: false })),
        );
      },
    },
    {
      method: 'GET',
      path: '/distribution/*name/json',
      handle: async ({ params, message, signal }) => {
        const reference = withDefaultTag(parseReference(params.name ?? ''));
        const { descriptor, platforms } = await registries.inspect(
          reference,
          credentials(message),
          signal,
        );
        return json({ Descriptor: descriptor, Platforms: platforms });
      },
    },
  ];
}

function credentials({ headers }: ApiRequest['message']) {
  const auth = headers['x-registry-auth'];
  return parseCredentials(Array.isArray(auth) ? auth[0] : auth);
}
