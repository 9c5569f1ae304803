import { readFile } from 'node:fs/promises';
import type { Activity } from '../../contract/endpoints/activity.ts';
import { json, type Route } from '../route.ts';

export interface ActivitySources {
  /** The number of active requests. A build or pull counts even while it sends nothing. */
  readonly requests: () => number;
  /** The number of requests since the engine started. */
  readonly requestsBegun: () => number;
  /** Files in which the kernel lists TCP connections (proc_net_tcp in its documentation). */
  readonly connections?: readonly string[];
}

/** `GET /activity`: whether anything but containers needs the VM (docs/engine-api.md). */
export function activityRoute({
  requests,
  requestsBegun,
  connections = ['/proc/net/tcp', '/proc/net/tcp6'],
}: ActivitySources): Route {
  return {
    method: 'GET',
    path: '/activity',
    looksOn: 'always',
    handle: async () => {
      const tables = await Promise.all(connections.map((path) => readFile(path, 'utf8')));
      const activity: Activity = {
        Requests: requests(),
        RequestsBegun: requestsBegun(),
        Connections: sshConnections(tables.join('')),
      };
      return json(activity);
    },
  };
}

/** Counts established connections (state 01) to port 22, over IPv4 and IPv6. */
const sshConnections = (table: string) =>
  table.match(/^ *\d+: [0-9A-F]+:0016 [0-9A-F]+:[0-9A-F]+ 01 /gm)?.length ?? 0;
