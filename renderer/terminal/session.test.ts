import { describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../electron/api/router.ts';
import { initialCredit, type TerminalEvent } from '../../electron/api/terminal.ts';
import { type Display, openSession } from './session.ts';

/** The host's side of one terminal, played by the test. */
function standInHost() {
  const events: TerminalEvent[] = [];
  let wake = Promise.withResolvers<void>();
  let broken: Error | undefined;
  const calls: unknown[] = [];
  const record = (name: string) => async (input: object) => {
    calls.push({ [name]: input });
  };
  const client = {
    async open(input: object, { signal }: { signal: AbortSignal }) {
      calls.push({ open: input });
      signal.addEventListener('abort', () => calls.push('closed'));
      return (async function* () {
        for (;;) {
          const event = events.shift();
          if (event) yield event;
          else if (broken) throw broken;
          else await wake.promise;
        }
      })();
    },
    write: record('write'),
    resize: record('resize'),
    grant: record('grant'),
  } as unknown as ScreenClient['terminal'];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const stir = async () => {
    wake.resolve();
    wake = Promise.withResolvers();
    await settle();
  };
  return {
    client,
    calls,
    settle,
    send(event: TerminalEvent) {
      events.push(event);
      return stir();
    },
    break(error: Error) {
      broken = error;
      return stir();
    },
  };
}

function recordingDisplay() {
  const seen: unknown[] = [];
  const display: Display = {
    draw(text, drawn) {
      seen.push(text);
      drawn();
    },
    exited: (exitCode) => seen.push({ exitCode }),
    failed: (error) => seen.push(error),
  };
  return { display, seen };
}

const size = { columns: 80, rows: 24 };
const request = { container: 'box', process: { kind: 'main' as const }, size };
const opened: TerminalEvent = { type: 'opened', terminal: 't1' };

describe('openSession', () => {
  it('keeps typed text and sizes until the terminal is open', async () => {
    const host = standInHost();
    const session = openSession(host.client, request, recordingDisplay().display);
    session.type('ls\r');
    session.resize({ columns: 100, rows: 30 });
    await host.settle();
    expect(host.calls).toEqual([
      { open: { container: 'box', process: { kind: 'main' }, ...size } },
    ]);
    await host.send(opened);
    expect(host.calls).toContainEqual({ write: { terminal: 't1', text: 'ls\r' } });
    expect(host.calls).toContainEqual({ resize: { terminal: 't1', columns: 100, rows: 30 } });
    session.close();
  });

  it('grants more once it has drawn', async () => {
    const host = standInHost();
    const { display, seen } = recordingDisplay();
    const session = openSession(host.client, request, display);
    await host.send(opened);
    const text = 'x'.repeat(initialCredit);
    await host.send({ type: 'output', text });
    expect(seen).toEqual([text]);
    expect(host.calls).toContainEqual({ grant: { terminal: 't1', characters: initialCredit } });
    session.close();
  });

  it('reports the exit code, and takes no more keys', async () => {
    const host = standInHost();
    const { display, seen } = recordingDisplay();
    const session = openSession(host.client, request, display);
    await host.send(opened);
    await host.send({ type: 'exited', exitCode: 3 });
    session.type('x');
    await host.settle();
    expect(seen).toEqual([{ exitCode: 3 }]);
    expect(host.calls).not.toContainEqual({ write: { terminal: 't1', text: 'x' } });
  });

  it('reports once that the connection broke', async () => {
    const host = standInHost();
    const { display, seen } = recordingDisplay();
    openSession(host.client, request, display);
    await host.send(opened);
    await host.break(new Error('lost'));
    expect(seen).toEqual([new Error('lost')]);
  });

  it('closes quietly', async () => {
    const host = standInHost();
    const { display, seen } = recordingDisplay();
    const session = openSession(host.client, request, display);
    await host.send(opened);
    session.close();
    await host.break(new Error('aborted'));
    expect(host.calls).toContain('closed');
    expect(seen).toEqual([]);
  });
});
