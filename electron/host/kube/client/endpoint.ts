import type { Agent } from 'node:http';

/** How to open one connection to an API server: for `http.request`, `https.request` and `ws`. */
export interface EndpointAccess {
  readonly agent?: Agent;
  readonly socketPath?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly rejectUnauthorized?: boolean;
    readonly servername?: string;
  };
}

/** An API server, and the user's access to it. */
export interface Endpoint {
  /** Without a slash at the end. */
  readonly server: string;
  /** Asked for each request, because tokens expire. Rejects with HostError. */
  access(): Promise<EndpointAccess>;
}

/** The API of Berth's own engine, at a socket that only this user can open. */
export function localEndpoint(socketPath: string): Endpoint {
  return { server: 'http://berth', access: async () => ({ socketPath, headers: {}, tls: {} }) };
}
