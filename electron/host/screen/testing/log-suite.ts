import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initialLogCredit, type LogEvent, type LogLine } from '../../../api/logs.ts';
import type { ScreenClient } from '../../../api/router.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { failureOf, next } from './answers.ts';
import type { ScreenEngine } from './screen-engine.ts';

/** Logs over a transport. */
export function describeLogs(context: () => { engine: ScreenEngine; client: ScreenClient }): void {
  describe('logs', () => {
    const engine = () => context().engine;
    const logs = () => context().client.logs;

    async function startJob(): Promise<{
      id: string;
      write(text: string, stream?: LogLine['stream']): void;
    }> {
      const id = await engine().runContainer({ image: 'alpine:3.22', name: 'job' });
      const process = engine().process(id);
      return { id, write: (text, stream = 'stdout') => process.write(stream, `${text}\n`) };
    }

    async function linesOf(events: AsyncIterable<LogEvent>): Promise<string[]> {
      const lines = [];
      for await (const event of events) {
        if (event.type === 'lines') lines.push(...event.lines.map(({ text }) => text));
      }
      return lines;
    }

    it('tells what was written with its time and stream, and what is written then', async () => {
      const { id, write } = await startJob();
      write('ready');
      write('\u001b[31mno disk\u001b[0m', 'stderr');
      const events = await logs().follow({ container: id, range: {} });
      expect(await next(events)).toMatchObject({ type: 'opened' });
      const first = await next(events);
      expect(first).toMatchObject({
        lines: [
          { stream: 'stdout', text: 'ready' },
          { stream: 'stderr', text: '\u001b[31mno disk\u001b[0m' },
        ],
      });
      const at = first.type === 'lines' ? first.lines[0]?.at : undefined;
      expect(Date.parse(at ?? '')).toBeGreaterThan(Date.now() - 60_000);
      write('more');
      expect(await next(events)).toMatchObject({ lines: [{ text: 'more' }] });
      await engine().exitContainer(id, 0);
      expect(await next(events)).toEqual({ type: 'ended' });
    });

    it('tells when all that was written before has come', async () => {
      const { id, write } = await startJob();
      const empty = await logs().follow({ container: id, range: {} });
      await next(empty);
      expect(await next(empty)).toMatchObject({ lines: [], caughtUp: true });
      await empty.return();
      for (let line = 1; line <= 20_000; line += 1) write(`line ${line}`);
      const events = await logs().follow({ container: id, range: {} });
      let seen = 0;
      for await (const event of events) {
        if (event.type !== 'lines') continue;
        seen += event.lines.length;
        if (event.caughtUp) break;
      }
      expect(seen).toBe(20_000);
    });

    it('begins with the last lines that are asked for', async () => {
      const { id, write } = await startJob();
      for (let line = 1; line <= 9; line += 1) write(`line ${line}`);
      await engine().exitContainer(id, 0);
      const events = await logs().follow({ container: id, range: { tail: 2 } });
      expect(await linesOf(events)).toEqual(['line 8', 'line 9']);
      const since = new Date(Date.now() + 60_000).toISOString();
      expect(await linesOf(await logs().follow({ container: id, range: { since } }))).toEqual([]);
    });

    it('shows what a terminal showed, the line that has not ended too', async () => {
      const id = await engine().runContainer({ image: 'busybox:latest', tty: true });
      const events = await logs().follow({ container: id, range: {} });
      await next(events);
      expect(await next(events)).toMatchObject({ lines: [], unfinished: [{ text: '/ # ' }] });
      await events.return();
    });

    it('waits with a flood until the screen asks for more', async () => {
      const { id, write } = await startJob();
      const text = 'x'.repeat(1023);
      const count = (2 * initialLogCredit) / 1024;
      for (let line = 0; line < count; line += 1) write(text);
      await engine().exitContainer(id, 0);
      const events = await logs().follow({ container: id, range: {} });
      const opened = await next(events);
      const log = opened.type === 'opened' ? opened.log : '';
      let got = 0;
      const received = (async () => {
        for await (const event of events) if (event.type === 'lines') got += event.lines.length;
      })();
      await expect
        .poll(() => got, { timeout: 10_000 })
        .toBeGreaterThan(initialLogCredit / 1024 - 1);
      expect(got).toBeLessThan(count);
      await logs().grant({ log, characters: 2 * initialLogCredit });
      await received;
      expect(got).toBe(count);
    });

    it('saves all of it to a file', async () => {
      const directory = await temporaryDirectory();
      const { id, write } = await startJob();
      write('\u001b[32mready\u001b[0m');
      write('no disk', 'stderr');
      const path = join(directory, 'job.log');
      const request = { container: id, path, range: {}, timestamps: false };
      let saved = { bytes: 0 };
      for await (const progress of await logs().save(request)) saved = progress;
      expect(await readFile(path, 'utf8')).toBe('ready\nno disk\n');
      expect(saved.bytes).toBe(14);
      expect(await readdir(directory)).toEqual(['job.log']);
    });

    it('says why it cannot be saved, and that a container is gone', async () => {
      const { id } = await startJob();
      const request = { container: id, path: '/nowhere/at/all', range: {}, timestamps: true };
      const failure = await failureOf(next(await logs().save(request)));
      expect(failure.message).toMatch(/^Can.t write \/nowhere\/at\/all/);
      const events = await logs().follow({ container: 'nobody', range: {} });
      await next(events);
      expect((await failureOf(next(events))).data.code).toBe('not-found');
    });
  });
}
