import { readFile } from 'node:fs/promises';
import { json, type Route } from '../route.ts';

export interface Activity {
  /** Requests that are being answered: builds and pulls, however quiet. */
  readonly requests: () => number;
  /** Where the kernel lists connections over TCP (proc_net_tcp in Linux's documentation). */
  readonly connections?: readonly string[];
}

/** `GET /activity`: whether the machine is needed, besides by containers (docs/engine-api.md). */
export function activityRoute({
  requests,
  connections = ['/proc/net/tcp', '/proc/net/tcp6'],
}: Activity): Route {
  return {
    method: 'GET',
    path: '/activity',
    looksOn: 'always',
    handle: async () => {
      const tables = await Promise.all(connections.map((path) => readFile(path, 'utf8')));
      return json({ Requests: requests(), Connections: sshConnections(tables.join('')) });
    },
  };
}

/** Established ones (state 01) to port 22, in either family. */
const sshConnections = (table: string) =>
  table.match(/^ *\d+: [0-9A-F]+:0016 [0-9A-F]+:[0-9A-F]+ 01 /gm)?.length ?? 0;
