import { EngineError, type EngineErrorCode } from '../../errors.ts';
import type { Route } from '../route.ts';

/** Docker's answer to swarm requests outside of a swarm. */
const notManager =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/** Rejects requests with these methods. */
const refuse = (
  methods: readonly Route['method'][],
  path: string,
  message = notManager,
  code: EngineErrorCode = 'unavailable',
): Route[] =>
  methods.map((method) => ({
    method,
    path,
    handle: async () => {
      throw new EngineError(code, message);
    },
  }));

const none = "Berth's engine takes part in no swarm";

/** Berth has no swarm mode, since each VM has one engine. */
export const swarmRoutes: readonly Route[] = [
  ...refuse(['POST'], '/swarm/init', none, 'not-implemented'),
  ...refuse(['POST'], '/swarm/join', none, 'not-implemented'),
  ...refuse(['POST'], '/swarm/leave', 'This node is not part of a swarm'),
  ...refuse(['GET'], '/swarm'),
  ...refuse(['GET'], '/swarm/unlockkey'),
  ...refuse(['POST'], '/swarm/update'),
  ...refuse(['POST'], '/swarm/unlock'),
  ...['nodes', 'services', 'secrets', 'configs'].flatMap((kind) => [
    ...refuse(['GET'], `/${kind}`),
    ...refuse(['GET', 'DELETE'], `/${kind}/:id`),
    ...refuse(['POST'], `/${kind}/:id/update`),
  ]),
  ...['services', 'secrets', 'configs'].flatMap((kind) => refuse(['POST'], `/${kind}/create`)),
  ...refuse(['GET'], '/services/:id/logs'),
  ...refuse(['GET'], '/tasks'),
  ...refuse(['GET'], '/tasks/:id'),
  ...refuse(['GET'], '/tasks/:id/logs'),
];
