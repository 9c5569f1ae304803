import { type MatchFunction, match } from 'path-to-regexp';
import { EngineError } from '../errors.ts';
import { apiVersion, compareVersions, minimumApiVersion } from './api-version.ts';
import type { Route } from './route.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  readonly version: string;
}

/** Finds the route of a request by method and path, with or without a version before it. */
export class Router {
  readonly #routes: readonly { route: Route; matches: MatchFunction<Params> }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({
      route,
      matches: match<Params>(route.path, { trailing: false }),
    }));
  }

  /** Throws EngineError 'not-found', or 'invalid' for a version that Berth doesn't support. */
  find(method: string, pathname: string): Match {
    const [, version = apiVersion, path = ''] = /^(?:\/v(\d[\d.]*))?(\/.*)$/.exec(pathname) ?? [];
    checkVersion(version);
    for (const { route, matches } of this.#routes) {
      if (route.method !== method) continue;
      const found = decoded(matches, path);
      if (found) return { route, params: joined(found.params), version };
    }
    throw new EngineError('not-found', 'page not found');
  }
}

/** Returns undefined for a path with a stray percent sign, which can't be decoded. */
function decoded(matches: MatchFunction<Params>, path: string) {
  try {
    return matches(path);
  } catch (cause) {
    throw new EngineError('invalid', `invalid path: ${path}`, { cause });
  }
}

type Params = Partial<Record<string, string | string[]>>;

/** A wildcard (`*name`) arrives as segments, for example an image name with slashes. */
function joined(params: Params): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value = '']) => [
      name,
      typeof value === 'string' ? value : value.join('/'),
    ]),
  );
}

function checkVersion(version: string): void {
  if (compareVersions(version, minimumApiVersion) < 0) {
    throw new EngineError(
      'invalid',
      `client version ${version} is too old. Minimum supported API version is ${minimumApiVersion}, please upgrade your client to a newer version`,
    );
  }
  if (compareVersions(version, apiVersion) > 0) {
    throw new EngineError(
      'invalid',
      `client version ${version} is too new. Maximum supported API version is ${apiVersion}`,
    );
  }
}
