import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RPCHandler } from '@orpc/server/ws';
import sirv from 'sirv';
import { type WebSocket, WebSocketServer } from 'ws';
import { machineParameter, socketPath } from '../api/transport.ts';
import { loggerOf } from '../host/base/log.ts';
import { securityHeaders } from '../host/screen/page-headers.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { createScreens } from '../host/screen/screens.ts';
import { isOwnUser } from './same-user.ts';
import { createGate, type Gate } from './token.ts';

const log = loggerOf('web');

const BUILT_PAGE = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** The largest message from the app: a saved text file, escaped twice. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const REFUSED =
  'Berth uses this address. To open the app, run `berth app` and open the address that it prints.\n';

/** The app in the browser, while it is served. */
export interface ServedApp {
  /** Opens the app for anyone who knows this address, which contains the token. */
  readonly url: string;
  /**
   * Opens the app only for programs of this user, so that other users may see this address, for
   * example in a program's arguments. Linux only.
   */
  readonly ownUrl: string;
  close(): Promise<void>;
}

/**
 * Serves the app to browsers on the host. Requests without a valid address, or from another site's
 * page, are refused.
 */
export async function serveApp(
  host: ScreenHost,
  options: { port?: number; assets?: string } = {},
): Promise<ServedApp> {
  const server = createServer();
  await listen(server, options.port ?? 0);
  const gate = createGate((server.address() as AddressInfo).port);
  const headers = securityHeaders(`'self' ${gate.origin.replace('http:', 'ws:')}`);

  const page = sirv(options.assets ?? BUILT_PAGE, {
    etag: true,
    setHeaders: (response, path) => {
      // Vite puts a hash of the content into the names in assets/.
      const hashed = path.startsWith('/assets/');
      response.setHeader(
        'cache-control',
        hashed ? 'private, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (await admit(gate, request, response)) {
      request.url = request.url?.slice(gate.path.length - 1);
      page(request, response, () => void refuse(response, 404, 'Not found.\n'));
    }
  };
  server.on('request', (request, response) => {
    answer(request, response).catch((error) => {
      log.error(`Answering ${request.method} of the app's page`, error);
      response.destroy();
    });
  });

  const ended = new AbortController();
  const screens = createScreens(host, ended.signal, (router) => new RPCHandler(router));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const status = refusalOf(gate, request);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection: WebSocket) => {
      // A message that breaks the protocol; the connection then closes.
      connection.on('error', () => {});
      screenOf(screens, request)
        .upgrade(connection)
        .catch((error) => {
          log.error("Serving the app's page", error);
          connection.terminate();
        });
    });
  });

  return {
    url: `${gate.origin}/?token=${gate.token}`,
    ownUrl: `${gate.origin}/?ticket=${gate.ticket}`,
    async close() {
      ended.abort();
      for (const connection of sockets.clients) connection.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Refuses requests that may not see the page; returns whether it did. */
async function admit(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (!gate.isAddressed(request)) return refuse(response, 403, REFUSED);
  if (await opens(gate, request)) {
    // The redirect removes the token from the address and from the browser's history.
    response.writeHead(303, { location: gate.path, 'set-cookie': gate.cookie }).end();
    return false;
  }
  const isInside = request.url?.startsWith(gate.path) ?? false;
  if (!isInside || !gate.isKnown(request)) return refuse(response, 401, REFUSED);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Method not allowed.\n');
  }
  return true;
}

/** Whether the address opens the app and the request comes from an allowed client. */
async function opens(gate: Gate, { url = '', socket }: IncomingMessage): Promise<boolean> {
  const [path, query] = url.split('?');
  if (path !== '/') return false;
  const parameters = new URLSearchParams(query);
  if (gate.isToken(parameters.get('token'))) return true;
  return gate.isTicket(parameters.get('ticket')) && (await isOwnUser(socket));
}

/** Browsers always send the origin of a WebSocket, so a request without one isn't from our page. */
function refusalOf(gate: Gate, request: IncomingMessage): number | undefined {
  if (!gate.isAddressed(request) || request.headers.origin !== gate.origin) return 403;
  if (!gate.isKnown(request)) return 401;
  return request.url?.split('?')[0] === gate.path + socketPath ? undefined : 404;
}

/** The handlers of the VM that the window shows. */
function screenOf<Handler>(
  screens: (machine?: string) => Handler,
  request: IncomingMessage,
): Handler {
  const query = new URLSearchParams(request.url?.split('?')[1]);
  return screens(query.get(machineParameter) ?? undefined);
}

function refuse(response: ServerResponse, status: number, text: string): false {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  return false;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
