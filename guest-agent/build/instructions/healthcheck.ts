import type { ImageConfig } from '../../engine/images/store/image.ts';
import { EngineError } from '../../errors.ts';
import { parseDuration } from '../../grammar/duration.ts';
import { commandLine } from '../dockerfile/arguments.ts';
import type { Instruction } from '../dockerfile/parse.ts';

/** Docker's minimum for all durations, in nanoseconds. */
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
  if (!text) return 0;
  const value = parseDuration(text);
  if (value === undefined) {
    throw new EngineError('invalid', `time: invalid duration "${text}"`);
  }
  if (value !== 0 && value < SHORTEST) {
    throw new EngineError('invalid', `Interval "${name}" cannot be less than 1ms`);
  }
  return value;
}

function retries(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d+$/.test(text)) {
    throw new EngineError('invalid', `--retries cannot be negative or not a number (${text})`);
  }
  return Number(text);
}
