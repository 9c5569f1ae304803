import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { MessagePortMain } from 'electron';
import { describe } from 'vitest';
import type { ScreenClient } from '../api/router.ts';
import { describeProjects } from '../host/screen/testing/projects-suite.ts';
import { type Connect, describeScreen } from '../host/screen/testing/screen-suite.ts';
import { createPortServer } from './message-port.ts';

describe('the screen over a message port', () => {
  const connect: Connect = async (host) => {
    const { port1, port2 } = new MessageChannel();
    createPortServer(host)(new ElectronPort(port1));
    const client: ScreenClient = createORPCClient(new RPCLink({ port: port2 }));
    port2.start();
    return {
      client,
      async close() {
        port2.close();
      },
    };
  };
  describeScreen(connect);
  describeProjects(connect);
});

/** Electron's ports wrap the data in an event; Node's hand over the data alone. */
class ElectronPort extends EventEmitter implements MessagePortMain {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('close', () => this.emit('close'));
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  start(): void {
    this.#port.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  close(): void {
    this.#port.close();
  }
}
