/** What everybody who has signed in may read: what the API offers, and whether it works. */
export const PUBLIC_PATHS: readonly string[] = [
  ...['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*'],
  ...['/readyz', '/version', '/version/'],
];

export const isPublicPath = (verb: string, path: string): boolean =>
  verb === 'get' &&
  PUBLIC_PATHS.some((known) =>
    known.endsWith('*') ? path.startsWith(known.slice(0, -1)) : path === known,
  );
