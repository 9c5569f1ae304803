import type { ScreenClient } from '../../electron/api/router.ts';
import type { TerminalTarget } from '../../electron/api/terminal.ts';
import { lostWith } from '../connection/lost-with.ts';
import { DrawnCredit } from './flow-control.ts';
import { KeyQueue } from './key-queue.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Receives the output of a session and its end. Exactly one of the last two is called, once. */
export interface Display {
  /** Draws the text, and calls back once it is drawn. */
  draw(text: string, drawn: () => void): void;
  exited(exitCode: number | undefined): void;
  failed(error: unknown): void;
}

/** A terminal that is connected to the host. */
export interface Session {
  type(text: string): void;
  resize(size: Size): void;
  /** Leaves the main process running; the display hears nothing more. */
  close(): void;
}

export function openSession(
  client: ScreenClient['terminal'],
  request: TerminalTarget & { size: Size },
  display: Display,
): Session {
  const over = new AbortController();
  const opened = Promise.withResolvers<string>();
  opened.promise.catch(lostWith('the terminal')); // Nobody may have typed.
  let { size } = request;

  const end = (tell: () => void) => {
    if (over.signal.aborted) return;
    over.abort();
    tell();
  };
  const fail = (error: unknown) => end(() => display.failed(error));

  const keys = new KeyQueue(async (text) => {
    await client.write({ terminal: await opened.promise, text });
  }, fail);

  async function sendSize(): Promise<void> {
    await client.resize({ terminal: await opened.promise, ...size });
  }

  async function run(): Promise<void> {
    const { size: _, ...target } = request;
    const asked = size;
    const events = await client.open({ ...target, ...asked }, { signal: over.signal });
    for await (const event of events) {
      if (event.type === 'opened') {
        opened.resolve(event.terminal);
        if (size !== asked) await sendSize();
      } else if (event.type === 'output') {
        const { text } = event;
        display.draw(text, () => credit.drawn(text.length));
      } else {
        end(() => display.exited(event.exitCode));
      }
    }
    end(() => display.exited(undefined));
  }

  const credit = new DrawnCredit((characters) => {
    const granted = opened.promise.then((terminal) => client.grant({ terminal, characters }));
    granted.catch(lostWith('the terminal'));
  });

  run().catch((error: unknown) => {
    opened.reject(error);
    fail(error);
  });

  return {
    type(text) {
      if (!over.signal.aborted) keys.type(text);
    },
    resize(wanted) {
      if (over.signal.aborted) return;
      if (wanted.columns === size.columns && wanted.rows === size.rows) return;
      size = wanted;
      // The process may end at this moment; then its end is reported.
      sendSize().catch(lostWith('the terminal'));
    },
    close: () => over.abort(),
  };
}
