import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import ReconnectingWebSocket from 'partysocket/ws';
import type { ScreenClient } from '../../electron/api/router.ts';
import {
  machineParameter,
  pageOrigin,
  portMessage,
  socketPath,
} from '../../electron/api/transport.ts';
import { shownMachine } from './shown-machine.ts';

/** The connection to the host core, and whether it is open. */
export interface Connection {
  readonly client: ScreenClient;
  isOpen(): boolean;
  /** Calls back each time `isOpen` changes, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Electron's message port in the app, a WebSocket in a browser. */
export function connect(): Connection {
  return location.origin === pageOrigin ? overPort() : overSocket(socketAddress());
}

/** The page creates the channel, so it can't miss the moment when the port is handed over. */
function overPort(): Connection {
  const { port1, port2 } = new MessageChannel();
  const machine = shownMachine();
  const message = machine === undefined ? portMessage : `${portMessage} ${machine}`;
  window.postMessage(message, pageOrigin, [port2]);
  const client: ScreenClient = createORPCClient(new PortLink({ port: port1 }));
  port1.start();
  return { client, isOpen: () => true, onChange: () => () => {} };
}

/**
 * A broken connection ends all calls and streams with an error. Later calls use the next
 * connection. Berth tries to open one after 0.3 s at first, and every 4 s in the end.
 */
export function overSocket(address: string): Connection {
  const socket = new ReconnectingWebSocket(address, [], {
    minReconnectionDelay: 300,
    maxReconnectionDelay: 4000,
    // Calls fail at once without a connection: the caller decides what to do.
    maxEnqueuedMessages: 0,
  });
  const link = new SocketLink({ websocket: socket as unknown as WebSocket });
  return {
    client: createORPCClient(link),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    onChange(listener) {
      socket.addEventListener('open', listener);
      socket.addEventListener('close', listener);
      return () => {
        socket.removeEventListener('open', listener);
        socket.removeEventListener('close', listener);
      };
    },
  };
}

function socketAddress(): string {
  const address = new URL(socketPath, location.href);
  address.protocol = 'ws:';
  const machine = shownMachine();
  if (machine !== undefined) address.searchParams.set(machineParameter, machine);
  return address.href;
}
