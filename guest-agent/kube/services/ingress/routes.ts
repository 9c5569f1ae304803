import type { Ingress, IngressBackend } from 'kubernetes-types/networking/v1.js';
import type { Stored } from '../../objects/kube-object.ts';

/** Where requests of one rule go. */
export interface Route {
  /** In lower case; `*.example.com` for one more label; undefined for every host. */
  readonly host: string | undefined;
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix';
  readonly target: RouteTarget;
}

export interface RouteTarget {
  readonly namespace: string;
  readonly backend: IngressBackend;
}

/** All rules of several Ingresses, in the order in which they are tried. */
export interface RouteTable {
  readonly routes: readonly Route[];
  readonly defaultTarget: RouteTarget | undefined;
}

/** If two Ingresses have the same rule, the older one counts. */
export function routeTable(ingresses: readonly Stored<Ingress>[]): RouteTable {
  const byAge = [...ingresses].sort((a, b) =>
    a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp),
  );
  const routes = byAge.flatMap(routesOf).sort((a, b) => rank(b, a));
  const [defaultTarget] = byAge.flatMap(({ metadata, spec }) =>
    spec?.defaultBackend
      ? { namespace: metadata.namespace ?? 'default', backend: spec.defaultBackend }
      : [],
  );
  return { routes, defaultTarget };
}

function routesOf({ metadata, spec }: Stored<Ingress>): Route[] {
  const { namespace = 'default' } = metadata;
  return (spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path = '/', pathType, backend }) => ({
      host: host?.toLowerCase(),
      path,
      // Other controllers too read ImplementationSpecific as Prefix.
      pathType: pathType === 'Exact' ? 'Exact' : ('Prefix' as const),
      target: { namespace, backend },
    })),
  );
}

/** A rule for one host comes before one for many, a longer path before a shorter one. */
function rank(a: Route, b: Route): number {
  const hostRank = ({ host }: Route) => (host === undefined ? 0 : host.startsWith('*.') ? 1 : 2);
  const pathRank = ({ path, pathType }: Route) =>
    trimmed(path).length * 2 + (pathType === 'Exact' ? 1 : 0);
  return hostRank(a) - hostRank(b) || pathRank(a) - pathRank(b);
}

/** The target of a request, by its `Host` header and its path with or without a query. */
export function findTarget(
  { routes, defaultTarget }: RouteTable,
  hostHeader: string | undefined,
  url: string,
): RouteTarget | undefined {
  const host = hostOf(hostHeader);
  const [path = '/'] = url.split(/[?#]/, 1);
  const found = routes.find(
    (route) => matchesHost(route.host, host) && matchesPath(route, path || '/'),
  );
  return found?.target ?? defaultTarget;
}

/** The host without its port, in lower case. */
export function hostOf(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

/** A wildcard stands for exactly one label. */
export function matchesHost(pattern: string | undefined, host: string): boolean {
  if (pattern === undefined || pattern === '' || pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  return host.replace(/^[^.]+/, '*') === pattern;
}

/** A prefix matches whole parts of a path: `/a` matches `/a` and `/a/b`, but not `/ab`. */
function matchesPath({ path: pattern, pathType }: Route, path: string): boolean {
  if (pathType === 'Exact') return path === pattern;
  const prefix = trimmed(pattern);
  return path === prefix || path.startsWith(`${prefix}/`);
}

const trimmed = (path: string) => path.replace(/\/+$/, '');
