import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HostError } from './errors.ts';
import { loggerOf, logTo } from './log.ts';

let lines: string[];
let endLogging: () => void;
beforeEach(() => {
  lines = [];
  endLogging = logTo((line) => lines.push(line), 'app');
});
afterEach(() => {
  endLogging();
  vi.unstubAllEnvs();
});

const log = loggerOf('ports');
/** The level and text of each line, without stacks. */
const told = () =>
  lines.map((line) => line.replace(/^\S+ (\w+) \S+ /, '$1 ').replace(/ \| .*/, ''));
const sayAll = () => {
  log.error('closed');
  log.warn('taken');
  log.info('opened');
  log.debug('asked');
};

it('a line has the time, the level, the process and the part', () => {
  log.info('8080 is open');
  expect(lines).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z info app\[\d+\] ports: 8080 is open$/),
  ]);
});

it('BERTH_LOG says how much is logged; anything else is as if it were not set', () => {
  sayAll();
  expect(told()).toEqual(['error ports: closed', 'warn ports: taken', 'info ports: opened']);
  for (const [level, count] of [
    ['error', 1],
    ['warn', 2],
    ['debug', 4],
    ['all', 3],
  ] as const) {
    lines = [];
    vi.stubEnv('BERTH_LOG', level);
    sayAll();
    expect(lines).toHaveLength(count);
  }
});

it('an error is one line: its message if Berth expects it, and why', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect' });
  log.warn('Asking', new HostError('connection', 'The guest does not\nanswer', { cause }));
  log.warn('Asking', new Error('Surprise'));
  expect(told()).toEqual([
    'warn ports: Asking: The guest does not',
    'warn ports: Asking: Error: Surprise',
  ]);
  expect(lines[0]).toMatch(/The guest does not \| answer \(connect ECONNREFUSED\)$/);
  expect(lines[1]).toMatch(/Error: Surprise \| at .*log\.test\.ts/);
});

it('a bug is an error with its stack, wherever it is caught', async () => {
  const broken = async () => (undefined as unknown as string).trim();
  expect(await log.attempt('Trimming', broken())).toBeUndefined();
  expect(lines[0]).toMatch(/ error app\[\d+\] ports: Trimming: TypeError: .* \| at broken/);
});

it('an attempt answers what came of it, or logs why nothing did', async () => {
  vi.stubEnv('BERTH_LOG', 'debug');
  expect(await log.attempt('Opening', Promise.resolve(8080))).toBe(8080);
  const refused = async () => {
    throw new HostError('connection', 'refused');
  };
  expect(await log.attempt('Opening', refused())).toBeUndefined();
  expect(await log.attempt('Opening', refused(), 'warn')).toBeUndefined();
  expect(told()).toEqual(['debug ports: Opening: refused', 'warn ports: Opening: refused']);
});

it('an error that is its own cause, or no error at all, is logged', () => {
  const error = new HostError('connection', 'lost');
  error.cause = error;
  log.warn('Asking', error);
  log.warn('Asking', Object.create(null));
  expect(told()[0]).toMatch(/^warn ports: Asking: lost \(lost/);
  expect(told()).toHaveLength(2);
});
