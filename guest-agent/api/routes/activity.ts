import { readFile } from 'node:fs/promises';
import { json, type Route } from '../route.ts';

export interface Activity {
  /** The number of active requests. A build or pull counts even while it sends nothing. */
  readonly requests: () => number;
  /**
   * Files in which the kernel lists TCP connections (see proc_net_tcp in Linux's documentation).
   */
  readonly connections?: readonly string[];
}

/** `GET /activity`: whether anything but containers needs the VM (docs/engine-api.md). */
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

/** Counts established connections (state 01) to port 22, over IPv4 and IPv6. */
const sshConnections = (table: string) =>
  table.match(/^ *\d+: [0-9A-F]+:0016 [0-9A-F]+:[0-9A-F]+ 01 /gm)?.length ?? 0;
