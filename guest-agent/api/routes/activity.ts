import { readFile } from 'node:fs/promises';
import type { Activity } from '../../contract/endpoints/activity.ts';
import { json, type Route } from '../route.ts';

export interface ActivitySources {
  /** Requests that are being answered: builds and pulls, however quiet. */
  readonly requests: () => number;
  /** All since the engine started. */
  readonly requestsBegun: () => number;
  /** Where the kernel lists connections over TCP (proc_net_tcp in Linux's documentation). */
  readonly connections?: readonly string[];
}

/** `GET /activity`: whether the machine is needed, besides by containers (docs/engine-api.md). */
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

/** Established ones (state 01) to port 22, in either family. */
const sshConnections = (table: string) =>
  table.match(/^ *\d+: [0-9A-F]+:0016 [0-9A-F]+:[0-9A-F]+ 01 /gm)?.length ?? 0;
