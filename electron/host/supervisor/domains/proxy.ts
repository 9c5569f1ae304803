import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createProxyServer } from 'httpxy';
import { loggerOf } from '../../base/log.ts';
import { splice } from '../../ports/splice.ts';
import type { BridgeAgent } from '../bridge/http-agent.ts';
import { findDomain } from './find-domain.ts';
import { isFromForeignPage } from './foreign-page.ts';
import {
  foreignName,
  foreignPage,
  noAnswer,
  type PlainPage,
  renderPage,
  renderRaw,
  unknownName,
} from './pages.ts';
import type { WantedDomain } from './wanted-domains.ts';

const log = loggerOf('names');

export interface ProxyOptions {
  /** The served containers and their addresses. */
  readonly domains: () => readonly WantedDomain[];
  readonly urls: () => readonly string[];
  /**
   * The domains of the addresses. Others on the network can answer for `.local`, so a name there must not be
   * accepted unless the user chose that form.
   */
  readonly suffixes: () => readonly string[];
  readonly agent: Pick<BridgeAgent, 'createConnection'>;
  /** Connects to a port as seen from inside the VM. */
  readonly open: (target: WantedDomain['target']) => Promise<Duplex>;
}

/** Forwards requests to their containers. It receives its connections from loopback-port.ts. */
export function createDomainProxy({ domains, urls, suffixes, agent, open }: ProxyOptions): Server {
  const proxy = createProxyServer();
  const destination = ({ headers }: IncomingMessage): WantedDomain | PlainPage => {
    const asked = findDomain(headers.host, domains(), suffixes());
    if (asked.kind === 'foreign') return foreignName;
    if (isFromForeignPage(headers, suffixes())) return foreignPage;
    return asked.kind === 'container' ? asked.domain : unknownName(asked.name, urls());
  };

  // Without Node's timeouts for servers: requests may take any time.
  const server = createServer((request, response) => {
    const answer = (page: PlainPage) => {
      if (response.headersSent) return response.destroy();
      const { headers, body } = renderPage(page);
      return response.writeHead(page.status, headers).end(body);
    };
    const found = destination(request);
    if ('status' in found) return answer(found);
    const { containerName, target } = found;
    return proxy.web(request, response, { target, agent, xfwd: true }).catch((error) => {
      log.debug(`Forwarding to ${containerName}`, error);
      return answer(noAnswer(containerName, target.port));
    });
  });

  // After the upgrade's first byte, the connection never returns to HTTP.
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    socket.on('error', () => {});
    const found = destination(request);
    if ('status' in found) {
      socket.end(renderRaw(found));
      return;
    }
    const { containerName, target } = found;
    open(target)
      .then((channel) => {
        channel.write(rawHead(request), 'latin1');
        socket.unshift(head);
        splice(socket, channel);
      })
      .catch((error) => {
        log.debug(`Forwarding to ${containerName}`, error);
        socket.end(renderRaw(noAnswer(containerName, target.port)));
      });
  });
  return server;
}

/** The request as it was received. */
function rawHead({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
  );
  return `${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
