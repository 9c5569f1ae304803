import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RPCHandler } from '@orpc/server/ws';
import sirv from 'sirv';
import { type WebSocket, WebSocketServer } from 'ws';
import { socketPath } from '../api/transport.ts';
import { securityHeaders } from '../host/screen/page-headers.ts';
import { createScreenRouter, type ScreenHost } from '../host/screen/router.ts';
import { createGate, type Gate } from './token.ts';

const BUILT_PAGE = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** The largest message a screen may send: text pasted into a terminal goes in pieces below it. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const REFUSED =
  'This address belongs to Berth. Run `berth app` and open the address that it prints.\n';

/**
 * Serves the app to browsers on this computer. The returned address carries the token that opens
 * it; without the token, or from another site's page, nothing is served.
 */
export async function serveApp(
  host: ScreenHost,
  options: { port?: number; assets?: string } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer();
  await listen(server, options.port ?? 0);
  const gate = createGate((server.address() as AddressInfo).port);
  const headers = securityHeaders(`'self' ${gate.origin.replace('http:', 'ws:')}`);

  const page = sirv(options.assets ?? BUILT_PAGE, {
    etag: true,
    setHeaders: (response, path) => {
      // Vite puts a hash of the content into the names below assets/.
      const hashed = path.startsWith('/assets/');
      response.setHeader(
        'cache-control',
        hashed ? 'private, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (admit(gate, request, response)) {
      page(request, response, () => void refuse(response, 404, 'Not found.\n'));
    }
  });

  const handler = new RPCHandler(createScreenRouter(host));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const status = refusalOf(gate, request);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection: WebSocket) => {
      // A message that breaks the protocol; the connection closes by itself.
      connection.on('error', () => {});
      void handler.upgrade(connection);
    });
  });

  return {
    url: `${gate.origin}/?token=${gate.token}`,
    async close() {
      for (const connection of sockets.clients) connection.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers requests that may not see the page; true for the others. */
function admit(gate: Gate, request: IncomingMessage, response: ServerResponse): boolean {
  if (!gate.isAddressed(request)) return refuse(response, 403, REFUSED);
  const address = URL.parse(request.url ?? '', gate.origin);
  if (address?.pathname === '/' && gate.isToken(address.searchParams.get('token'))) {
    // The redirect takes the token out of the address, and so out of the browser's history.
    response.writeHead(303, { location: '/', 'set-cookie': gate.cookie }).end();
    return false;
  }
  if (!gate.isKnown(request)) return refuse(response, 401, REFUSED);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Method not allowed.\n');
  }
  return true;
}

/** Browsers always name the origin of a WebSocket, so one without it is not our page. */
function refusalOf(gate: Gate, request: IncomingMessage): number | undefined {
  if (!gate.isAddressed(request) || request.headers.origin !== gate.origin) return 403;
  if (!gate.isKnown(request)) return 401;
  return request.url === socketPath ? undefined : 404;
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
