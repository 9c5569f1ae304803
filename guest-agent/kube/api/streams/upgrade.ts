import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { KubeError, unknownPath } from '../../kube-error.ts';
import type { ProcessStreams } from '../../pods/pod-streams.ts';
import type { Api, ApiRequest } from '../api.ts';
import { keyOfTarget } from '../target.ts';
import { type ExecParameters, execParameters } from './exec-parameters.ts';
import { EXEC_PROTOCOLS, serveExec } from './exec-web-socket.ts';
import { FORWARD_PROTOCOLS, forwardedPorts, serveForward } from './forward-web-socket.ts';
import { EXEC_SPDY_PROTOCOL, serveExecSpdy } from './spdy/exec-spdy.ts';
import { FORWARD_SPDY_PROTOCOL, serveForwardSpdy } from './spdy/forward-spdy.ts';

/** A connection that is to become streams. */
export interface Upgrade {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The largest message from a client, as in Kubernetes. */
const MAX_MESSAGE = 32 << 20;

/** SPDY inside of a WebSocket, as newer versions of `kubectl port-forward` send it. */
const TUNNEL_PROTOCOL = `SPDY/3.1+${FORWARD_SPDY_PROTOCOL}`;

/** Answers an upgrade of a pod's subresource. Rejects before the upgrade with KubeError. */
export async function upgrade(api: Api, request: ApiRequest, raw: Upgrade): Promise<void> {
  const { subresource } = request.target;
  const protocol = raw.message.headers.upgrade ?? '';
  const isSpdy = /^spdy\/3\.1$/i.test(protocol);
  if (!isSpdy && !/^websocket$/i.test(protocol)) {
    throw new KubeError('BadRequest', 'Upgrade request required');
  }
  if (subresource === 'portforward') return forward(api, request, raw, isSpdy);
  if (subresource === 'exec' || subresource === 'attach') return exec(api, request, raw, isSpdy);
  throw unknownPath();
}

async function exec(api: Api, request: ApiRequest, raw: Upgrade, isSpdy: boolean): Promise<void> {
  const parameters = execParameters(request.query, request.target.subresource === 'exec');
  if (isSpdy) {
    const connection = agreeToSpdy(raw, EXEC_SPDY_PROTOCOL);
    const start = () => startProgram(api, request, parameters);
    await serveExecSpdy(connection, start, parameters, api.log);
    return;
  }
  const protocol = chooseProtocol(raw, EXEC_PROTOCOLS);
  const program = await startProgram(api, request, parameters);
  const socket = await acceptWebSocket(raw, protocol).catch((error) => {
    program.close();
    throw error;
  });
  await serveExec(socket, program, parameters, api.log);
}

function startProgram(
  { streams }: Api,
  { target }: ApiRequest,
  parameters: ExecParameters,
): Promise<ProcessStreams> {
  const key = keyOfTarget(target);
  return target.subresource === 'exec'
    ? streams.exec(key, parameters)
    : streams.attach(key, parameters);
}

async function forward(
  { streams, log }: Api,
  { target, query }: ApiRequest,
  raw: Upgrade,
  isSpdy: boolean,
): Promise<void> {
  const pod = keyOfTarget(target);
  if (isSpdy) {
    await serveForwardSpdy(agreeToSpdy(raw, FORWARD_SPDY_PROTOCOL), streams, pod, log);
    return;
  }
  const protocol = chooseProtocol(raw, [TUNNEL_PROTOCOL, ...FORWARD_PROTOCOLS]);
  const socket = await acceptWebSocket(raw, protocol);
  if (protocol !== TUNNEL_PROTOCOL) {
    await serveForward(socket, streams, pod, forwardedPorts(query), log);
    return;
  }
  const tunnel = createWebSocketStream(socket);
  tunnel.on('error', () => socket.terminate());
  await serveForwardSpdy(tunnel, streams, pod, log);
}

/** The client must know our version of the protocol. */
function agreeToSpdy({ message, socket, head }: Upgrade, protocol: string): Duplex {
  const offered = String(message.headers['x-stream-protocol-version'] ?? '')
    .split(',')
    .map((each) => each.trim());
  if (!offered.includes(protocol)) {
    throw new KubeError('Forbidden', `The server only supports ${protocol}`);
  }
  if (head.length > 0) socket.unshift(head);
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: SPDY/3.1',
      `X-Stream-Protocol-Version: ${protocol}`,
      '\r\n',
    ].join('\r\n'),
  );
  return socket;
}

/** The first of our protocols that the client knows. Throws KubeError 'BadRequest'. */
function chooseProtocol({ message }: Upgrade, protocols: readonly string[]): string {
  const offered = (message.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((each) => each.trim());
  const protocol = protocols.find((known) => offered.includes(known));
  if (protocol !== undefined) return protocol;
  throw new KubeError('BadRequest', `The server only supports ${protocols.join(', ')}`);
}

/** Rejects if the client is gone or isn't a WebSocket client, which is then closed. */
async function acceptWebSocket(
  { message, socket, head }: Upgrade,
  protocol: string,
): Promise<WebSocket> {
  const server = new WebSocketServer({
    ...{ noServer: true, handleProtocols: () => protocol, maxPayload: MAX_MESSAGE },
  });
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('The client closed the connection.'));
    if (socket.destroyed) gone();
    socket.once('close', gone);
    server.handleUpgrade(message, socket, head, (client) => {
      socket.off('close', gone);
      resolve(client);
    });
  });
}
