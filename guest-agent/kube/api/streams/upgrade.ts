import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { KubeError } from '../../kube-error.ts';
import type { Api, ApiRequest } from '../api.ts';
import { keyOfTarget } from '../target.ts';
import { type ExecParameters, execParameters } from './exec-parameters.ts';
import { EXEC_PROTOCOLS, serveExec } from './exec-web-socket.ts';
import { FORWARD_PROTOCOLS, forwardedPorts, serveForward } from './forward-web-socket.ts';

/** A connection that is to become streams. */
export interface Upgrade {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Answers an upgrade of a pod's subresource. Rejects before the upgrade with KubeError. */
export async function upgrade(api: Api, request: ApiRequest, raw: Upgrade): Promise<void> {
  const { subresource } = request.target;
  const isWebSocket = /websocket/i.test(raw.message.headers.upgrade ?? '');
  if (!isWebSocket) throw new KubeError('BadRequest', 'Upgrade request required');
  if (subresource === 'portforward') return forward(api, request, raw);
  if (subresource === 'exec' || subresource === 'attach') return exec(api, request, raw);
  throw new KubeError('NotFound', 'the server could not find the requested resource');
}

async function exec(api: Api, request: ApiRequest, raw: Upgrade): Promise<void> {
  const parameters = execParameters(request.query, request.target.subresource === 'exec');
  const program = await startProgram(api, request, parameters);
  const socket = await webSocket(raw, EXEC_PROTOCOLS);
  await serveExec(socket, program, parameters, api.log);
}

export function startProgram({ streams }: Api, { target }: ApiRequest, parameters: ExecParameters) {
  const key = keyOfTarget(target);
  return target.subresource === 'exec'
    ? streams.exec(key, parameters)
    : streams.attach(key, parameters);
}

async function forward({ streams, log }: Api, { target, query }: ApiRequest, raw: Upgrade) {
  const ports = forwardedPorts(query);
  const socket = await webSocket(raw, FORWARD_PROTOCOLS);
  await serveForward(socket, streams, keyOfTarget(target), ports, log);
}

/** Agrees on the first of our protocols that the client knows. */
async function webSocket(
  { message, socket, head }: Upgrade,
  protocols: readonly string[],
): Promise<WebSocket> {
  const offered = (message.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  const protocol = protocols.find((known) => offered.includes(known));
  if (protocol === undefined) {
    throw new KubeError('BadRequest', `The server only supports ${protocols.join(', ')}`);
  }
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol });
  return new Promise((resolve) => server.handleUpgrade(message, socket, head, resolve));
}
