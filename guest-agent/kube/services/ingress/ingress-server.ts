import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { services } from '../../objects/resources.ts';
import type { Log } from '../log.ts';
import type { ServiceProxy } from '../proxy/service-proxy.ts';
import type { Certificates } from './certificates.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { findTarget, type RouteTable } from './routes.ts';
import { ServiceAgent } from './service-agent.ts';
import { forwardUpgrade } from './upgrade.ts';

export interface IngressServerOptions {
  readonly objects: Objects;
  readonly proxy: Pick<ServiceProxy, 'forward'>;
  readonly table: () => RouteTable;
  readonly certificates: Pick<Certificates, 'find'>;
  /** This node's own, from which connections of the user's system come. */
  readonly nodeAddresses: readonly string[];
  readonly log: Log;
}

/** Why a request has no answer of a Service. */
interface Refusal {
  readonly status: 404 | 502 | 503;
  readonly text: string;
}

/** As long as nginx, so that a client rarely sends a request just as the server closes. */
const KEEP_ALIVE_MS = 75_000;

/** The servers for http and https, which the caller lets listen. */
export function createIngressServers(options: IngressServerOptions): {
  readonly http: Server;
  readonly https: Server;
} {
  const { certificates } = options;
  const https = createTlsServer({
    SNICallback: (name, done) => {
      const context = certificates.find(name);
      if (context) done(null, context);
      else done(new Error(`no certificate for ${name}`));
    },
  });
  const servers = { http: createServer(), https };
  for (const [scheme, server] of Object.entries(servers)) serve(server, scheme, options);
  return servers;
}

function serve(server: Server, scheme: string, options: IngressServerOptions): void {
  const { objects, proxy, table, nodeAddresses, log } = options;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Uploads may take any time.
  server.requestTimeout = 0;
  const httpxy = createProxyServer();
  const find = (request: IncomingMessage) => {
    const found = findBackend(objects, table(), request);
    if ('status' in found) return found;
    return {
      agent: new ServiceAgent(proxy, found.service, found.port),
      target: { host: found.service.metadata.name, port: found.port.port },
      forwarded: forwardedHeaders(request, scheme, nodeAddresses),
    };
  };
  const web: RequestListener = (request, response) => {
    const found = find(request);
    if ('status' in found) return answer(response, found);
    const { agent, target, forwarded } = found;
    Object.assign(request.headers, forwarded);
    httpxy.web(request, response, { agent, target, xfwd: false }).catch((error) => {
      log(`forwarding a request for ${request.headers.host}`, error);
      answer(response, noAnswer);
    });
  };
  server.on('request', web);
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    const found = find(request);
    if ('status' in found) {
      socket.on('error', () => {}).end(rawAnswer(found));
      return;
    }
    const { agent, forwarded } = found;
    forwardUpgrade(request, socket, head, agent.createConnection(), forwarded, () =>
      socket.end(rawAnswer(noAnswer)),
    );
  });
}

const noAnswer: Refusal = { status: 502, text: 'No endpoint of the Service answers.' };

function findBackend(
  objects: Objects,
  table: RouteTable,
  { headers, url = '/' }: IncomingMessage,
): Refusal | { readonly service: Stored<Service>; readonly port: ServicePort } {
  const target = findTarget(table, headers.host, url);
  if (target === undefined) {
    const text = `No Ingress has a rule for ${headers.host ?? ''}${url.split('?')[0]}.`;
    return { status: 404, text };
  }
  const { namespace, backend } = target;
  const name = backend.service?.name;
  if (name === undefined) return { status: 503, text: 'Berth supports only Services as backends.' };
  const service = objects.get(services, { namespace, name });
  if (service === undefined) {
    return { status: 503, text: `The Service ${namespace}/${name} doesn't exist.` };
  }
  const asked = backend.service?.port ?? {};
  const { ports = [], type } = service.spec ?? {};
  const port = ports.find((one) =>
    asked.name === undefined ? one.port === asked.number : one.name === asked.name,
  );
  if (port) return { service, port };
  if (type === 'ExternalName' && asked.number) return { service, port: { port: asked.number } };
  const which = asked.name ?? asked.number;
  return { status: 503, text: `The Service ${namespace}/${name} has no port ${which}.` };
}

function answer(response: ServerResponse, { status, text }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function rawAnswer({ status, text }: Refusal): string {
  return `HTTP/1.1 ${status} \r\nConnection: close\r\n\r\n${text}\n`;
}
