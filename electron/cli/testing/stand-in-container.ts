import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  frame,
  type ScriptedEngine,
  sendJson,
  upgradeHead,
} from '../../host/engine/testing/scripted-engine.ts';

export const CONTAINER_ID = `${'c0ffee'.repeat(10)}cafe`;

/** A container, as its program sees it. */
export interface Program {
  /** Standard input of the program. */
  readonly socket: Duplex;
  write(stream: 1 | 2, data: string | Buffer): Promise<void>;
  /** Resolves with the next signal to the container. */
  nextSignal(): Promise<string>;
  /** Resolves with the next size of its terminal, as COLUMNSxROWS. */
  nextSize(): Promise<string>;
}

/**
 * Adds one container to a scripted engine: create, attach, wait, start, kill and resize, in the
 * order that Docker requires. `program` runs when the container starts, and returns the exit code.
 */
export function standInContainer(
  engine: ScriptedEngine,
  options: { tty?: boolean; startError?: { status: number; message: string } },
  program: (program: Program) => Promise<number>,
): void {
  const { tty = false, startError } = options;
  const at = (verb: string) => `POST /containers/${CONTAINER_ID}/${verb}`;
  const signals = queue<string>();
  const sizes = queue<string>();
  let socket: Duplex | undefined;
  let waiting: ServerResponse | undefined;

  engine.json('POST /containers/create', { Id: CONTAINER_ID, Warnings: [] }, 201);
  engine.upgrade(at('attach'), (attached) => {
    socket = attached;
    attached.write(upgradeHead(tty));
  });
  engine.answer(at('wait'), (_, response) => {
    waiting = response;
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  });
  engine.answer(at('start'), async (_, response) => {
    if (startError) return sendJson(response, { message: startError.message }, startError.status);
    response.writeHead(204).end();
    if (!socket || !waiting) return;
    const attached = socket;
    const exitCode = await program({
      socket: attached,
      nextSignal: signals.next,
      nextSize: sizes.next,
      write: async (stream, data) => {
        if (!attached.write(tty ? data : frame(stream, data))) await once(attached, 'drain');
      },
    });
    attached.end();
    waiting.end(JSON.stringify({ StatusCode: exitCode }));
  });
  engine.answer(at('kill'), ({ query }, response) => {
    signals.push(query.signal ?? 'KILL');
    response.writeHead(204).end();
  });
  engine.answer(at('resize'), ({ query }, response) => {
    sizes.push(`${query.w}x${query.h}`);
    response.writeHead(200).end();
  });
}

function queue<Item>() {
  const items: Item[] = [];
  const waiters: ((item: Item) => void)[] = [];
  return {
    push(item: Item) {
      const waiter = waiters.shift();
      if (waiter) waiter(item);
      else items.push(item);
    },
    next(): Promise<Item> {
      const item = items.shift();
      return item === undefined
        ? new Promise((resolve) => waiters.push(resolve))
        : Promise.resolve(item);
    },
  };
}
