import { EngineError } from '../../errors.ts';
import { json, type Route } from '../route.ts';

/** This engine has no plugins and can't install any. */
const unknown = (method: Route['method'], path: string): Route => ({
  method,
  path,
  handle: async ({ params }) => {
    throw new EngineError('not-found', `plugin "${params.name}" not found`);
  },
});

const notPossible = (method: Route['method'], path: string): Route => ({
  method,
  path,
  handle: async () => {
    throw new EngineError('not-implemented', "Berth's engine has no plugins");
  },
});

export const pluginRoutes: readonly Route[] = [
  { method: 'GET', path: '/plugins', handle: async () => json([]) },
  notPossible('GET', '/plugins/privileges'),
  notPossible('POST', '/plugins/pull'),
  notPossible('POST', '/plugins/create'),
  unknown('GET', '/plugins/*name/json'),
  unknown('DELETE', '/plugins/*name'),
  ...['enable', 'disable', 'upgrade', 'push', 'set'].map((verb) =>
    unknown('POST', `/plugins/*name/${verb}`),
  ),
];
