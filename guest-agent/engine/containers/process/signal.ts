import { constants } from 'node:os';
import { EngineError } from '../../../errors.ts';
import type { ContainerRecord } from '../record/container.ts';

/** The signal that no process can ignore. */
export const SIGKILL = 9;
const DEFAULT_STOP_SIGNAL = 'SIGTERM';

/** Node has no names for real-time signals (signal(7)). */
const SIGRTMIN = 34;
const SIGRTMAX = 64;

/** "TERM", "SIGTERM", "15" → 15, "RTMIN+3" → 37. Throws EngineError 'invalid' in Docker's words. */
export function signalNumber(signal: string): number {
  const upper = signal.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  const number = /^\d+$/.test(signal)
    ? Number(signal)
    : ((constants.signals as Record<string, number>)[name] ?? realTimeSignal(name));
  if (number === undefined || number < 1 || number > 64) {
    throw new EngineError('invalid', `invalid signal: ${signal}`);
  }
  return number;
}

/** The signal that asks a container to stop. */
export function stopSignal({ config }: ContainerRecord): number {
  return signalNumber(config.StopSignal || DEFAULT_STOP_SIGNAL);
}

function realTimeSignal(name: string): number | undefined {
  const [, end, offset = '0'] = /^SIG(RTMIN(?=\+|$)|RTMAX(?=-|$))(?:[+-](\d+))?$/.exec(name) ?? [];
  if (end === undefined) return undefined;
  const number = end === 'RTMIN' ? SIGRTMIN + Number(offset) : SIGRTMAX - Number(offset);
  return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined;
}
