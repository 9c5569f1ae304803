import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { LABELS } from './apply/labels.ts';
import { type ProjectLogOptions, projectLogs } from './logs.ts';
import { ProjectEngine } from './testing/project-engine.ts';

let engine: ProjectEngine;
let lines: string[];
let problems: string[];

beforeEach(async () => {
  engine = await ProjectEngine.start();
  lines = [];
  problems = [];
});

afterEach(() => engine.close());

/** `web`, and `quiet` with a logging driver of its own. */
async function runServices(driver: string): Promise<void> {
  for (const service of ['web', 'quiet']) {
    const Labels = {
      ...{ [LABELS.project]: 'shop', [LABELS.service]: service, [LABELS.number]: '1' },
    };
    const LogConfig = { Type: service === 'quiet' ? driver : 'json-file' };
    const HostConfig = { LogConfig };
    await engine.fake.run(`shop-${service}-1`, { Image: 'busybox', Labels, HostConfig });
  }
}

const read = (options: ProjectLogOptions, signal = new AbortController().signal) =>
  projectLogs(
    createEngineClient(engine.socket),
    'shop',
    {
      ...options,
      onUnreadable: ({ service }, problem) => problems.push(`${service}: ${problem}`),
    },
    ({ container, text }) => lines.push(`${container} ${text}`),
    signal,
  );

const refusal =
  'quiet: Can\'t retrieve logs for "shop-quiet-1": configured logging driver does not support reading';

it('shows the other logs when one container keeps none, and says so', async () => {
  await runServices('none');
  await read({});
  expect(lines).toEqual(['web-1 shop-web-1 is ready', 'web-1 listening on port 80']);
  expect(problems).toEqual([refusal]);
});

it('follows the other logs when one container keeps none', async () => {
  await runServices('none');
  const leaving = new AbortController();
  const reading = read({ follow: true }, leaving.signal);
  await vi.waitFor(() => expect([lines.length, problems]).toEqual([2, [refusal]]));
  leaving.abort();
  await reading;
});

it('fails once, for its caller alone, when the engine goes away', async () => {
  await runServices('json-file');
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const reading = read({ follow: true });
  reading.catch(() => {});
  await vi.waitFor(() => expect(lines).toHaveLength(4));
  await engine.close();
  await expect(reading).rejects.toThrow();
  await new Promise(setImmediate);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

it.each([false, true])(
  'refuses a service that the project does not have (follow: %s)',
  async (follow) => {
    await runServices('json-file');
    await expect(read({ follow, services: ['web', 'nosuch'] })).rejects.toThrow(
      'no such service: nosuch',
    );
    expect(lines).toEqual([]);
  },
);

it('has nothing to show of a service without a container', async () => {
  await runServices('json-file');
  await read({ services: ['worker'], known: ['web', 'worker'] });
  expect(lines).toEqual([]);
});
