import { beforeEach, describe, expect, it } from 'vitest';
import type { ScreenClient } from '../../../api/router.ts';
import { initialCredit, type TerminalEvent } from '../../../api/terminal.ts';
import { failureOf, next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** What every transport must carry of terminals. `setting` answers the present test's. */
export function describeTerminals(
  setting: () => { engine: ScreenEngine; client: ScreenClient },
): void {
  describe('terminal', () => {
    let engine: ScreenEngine;
    let client: ScreenClient;

    beforeEach(() => {
      ({ engine, client } = setting());
    });

    const size = { columns: 100, rows: 30 };

    async function open(image = 'busybox:latest') {
      await engine.addImage(image);
      const { id } = await client.containers.run({ image, tty: true });
      const events = await client.terminal.open({
        container: id,
        process: { kind: 'main' },
        ...size,
      });
      const opened = await next(events);
      if (opened.type !== 'opened') throw new Error(`opened comes first, not ${opened.type}`);
      return { id, events, terminal: opened.terminal };
    }

    it('shows what was printed before, and what is typed', async () => {
      const { events, terminal } = await open();
      expect(await until(events, '/ # ')).toBe('/ # ');
      await client.terminal.write({ terminal, text: 'echo hi\r' });
      expect(await until(events, 'hi\r\n/ # ')).toBe('echo hi\r\nhi\r\n/ # ');
      await events.return();
    });

    it('has the size of the screen, and follows it', async () => {
      const { events, terminal } = await open();
      await client.terminal.write({ terminal, text: 'stty size\r' });
      await until(events, '30 100');
      await client.terminal.resize({ terminal, columns: 120, rows: 40 });
      await client.terminal.write({ terminal, text: 'stty size\r' });
      expect(await until(events, '40 120')).toContain('40 120');
      await events.return();
    });

    it('ends with the exit code', async () => {
      const { events, terminal } = await open();
      await client.terminal.write({ terminal, text: 'exit 3\r' });
      expect(await lastOf(events)).toEqual({ type: 'exited', exitCode: 3 });
      const late = await failureOf(client.terminal.write({ terminal, text: 'x' }));
      expect(late.message).toBe('This terminal is closed');
    });

    it('leaves the main process running when the screen closes it', async () => {
      const { id, events } = await open();
      await events.return();
      expect(await client.containers.list()).toMatchObject([{ id, state: 'running' }]);
      const again = await client.terminal.open({
        container: id,
        process: { kind: 'main' },
        ...size,
      });
      expect(await until(again, '/ # ')).toBe('/ # ');
      await again.return();
    });

    it('opens a second process beside the first', async () => {
      const { id, events } = await open();
      const process = { kind: 'exec' as const, command: ['sh'] };
      const shell = await client.terminal.open({ container: id, process, ...size });
      const opened = await next(shell);
      const terminal = opened.type === 'opened' ? opened.terminal : '';
      await client.terminal.write({ terminal, text: 'exit\r' });
      expect(await lastOf(shell)).toEqual({ type: 'exited', exitCode: 0 });
      expect(await client.containers.list()).toMatchObject([{ id, state: 'running' }]);
      await events.return();
    });

    it('holds a flood back until the screen has drawn', async () => {
      const { events, terminal } = await open();
      const flood = 4 * initialCredit;
      await client.terminal.write({ terminal, text: `seq ${flood / 4}\r` });
      let received = 0;
      let waiting = next(events);
      const take = async () => {
        const event = await waiting;
        waiting = next(events);
        if (event.type === 'output') received += event.text.length;
      };
      while (received < initialCredit) await take();
      // Whatever else comes, comes only after a grant.
      const silent = Promise.race([waiting.then(() => 'output'), client.machine.status()]);
      expect(await silent).toMatchObject({ state: 'running' });
      expect(received).toBeLessThan(initialCredit + 128 * 1024);

      await client.terminal.grant({ terminal, characters: flood });
      while (received < flood) await take();
      expect(received).toBeGreaterThanOrEqual(flood);
      await Promise.allSettled([events.return(), waiting]);
    });

    it.each([{ kind: 'main' as const }, { kind: 'logs' as const, tail: 100 }])(
      'shows the $kind of a container that has ended',
      async (process) => {
        await engine.addImage('hello-world', { config: { Cmd: ['echo', 'Hello from Docker!'] } });
        const { id } = await client.containers.run({ image: 'hello-world', tty: true });
        const log = await client.terminal.open({ container: id, process, ...size });
        expect(await until(log, 'Docker!\r\n')).toBe('Hello from Docker!\r\n');
        expect(await lastOf(log)).toEqual({ type: 'exited', exitCode: 0 });
      },
    );
  });
}

/** Reads output until it ends with `text`. */
async function until(events: AsyncIterator<TerminalEvent>, text: string): Promise<string> {
  let output = '';
  while (!output.includes(text)) {
    const event = await next(events);
    if (event.type === 'output') output += event.text;
    if (event.type === 'exited') throw new Error(`ended before ${JSON.stringify(text)}: ${output}`);
  }
  return output;
}

async function lastOf(events: AsyncIterable<TerminalEvent>): Promise<TerminalEvent | undefined> {
  let last: TerminalEvent | undefined;
  for await (const event of events) last = event;
  return last;
}
