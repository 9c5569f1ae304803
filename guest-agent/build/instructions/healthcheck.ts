import type { ImageConfig } from '../../engine/images/store/image.ts';
import { EngineError } from '../../errors.ts';
import { commandLine } from '../dockerfile/arguments.ts';
import type { Instruction } from '../dockerfile/parse.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy;
/** Docker's floor for all of them, in nanoseconds. */
const SHORTEST = 1e6;

/** `HEALTHCHECK [--interval=30s …] CMD …` or `NONE`. Throws EngineError 'invalid'. */
export function healthcheck(instruction: Instruction): NonNullable<ImageConfig['Healthcheck']> {
  const [, kind = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(instruction.text) ?? [];
  if (kind.toUpperCase() === 'NONE') {
    if (rest !== '') throw new EngineError('invalid', 'HEALTHCHECK NONE takes no arguments');
    return { Test: ['NONE'] };
  }
  if (kind.toUpperCase() !== 'CMD') {
    throw new EngineError(
      'invalid',
      `Unknown type "${kind.toUpperCase()}" in HEALTHCHECK (try CMD)`,
    );
  }
  if (rest === '') throw new EngineError('invalid', 'Missing command after HEALTHCHECK CMD');
  const command = commandLine(rest);
  const Interval = nanoseconds(instruction, 'interval');
  const Timeout = nanoseconds(instruction, 'timeout');
  const StartPeriod = nanoseconds(instruction, 'start-period');
  const StartInterval = nanoseconds(instruction, 'start-interval');
  const Retries = retries(instruction.flags.get('retries'));
  return {
    Test: command.form === 'exec' ? ['CMD', ...command.words] : ['CMD-SHELL', command.line],
    ...(Interval && { Interval }),
    ...(Timeout && { Timeout }),
    ...(StartPeriod && { StartPeriod }),
    ...(StartInterval && { StartInterval }),
    ...(Retries && { Retries }),
  };
}

function nanoseconds({ flags }: Instruction, name: string): number {
  const text = flags.get(name);
  if (!text || text === '0') return 0;
  const parts = [...text.matchAll(PART)];
  if (parts.map(([part]) => part).join('') !== text) {
    throw new EngineError('invalid', `time: invalid duration "${text}"`);
  }
  const value = parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
  if (value > 0 && value < SHORTEST) {
    throw new EngineError('invalid', `Interval "${name}" cannot be less than 1ms`);
  }
  return Math.round(value);
}

function retries(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d+$/.test(text)) {
    throw new EngineError('invalid', `--retries cannot be negative or not a number (${text})`);
  }
  return Number(text);
}
