import { getSystemErrorName } from 'node:util';

/**
 * `struct timex` of 64-bit Linux (adjtimex(2)): its size, and the offsets of `modes` and `time`.
 */
const TIMEX = { size: 208, modes: 0, seconds: 72, fraction: 80 };
const ADJ_SETOFFSET = 0x0100;
const ADJ_NANO = 0x2000;

/**
 * Moves the guest's clock forward by milliseconds, or back if negative. Monotonic timers, which
 * nearly all programs use, don't notice. Rejects with the system's error.
 */
export async function stepClock(milliseconds: number): Promise<void> {
  const { default: koffi } = await import('koffi');
  const adjtimex = koffi.load('libc.so.6').func('int adjtimex(void *buf)');
  const seconds = Math.floor(milliseconds / 1000);
  const timex = Buffer.alloc(TIMEX.size);
  timex.writeUInt32LE(ADJ_SETOFFSET | ADJ_NANO, TIMEX.modes);
  timex.writeBigInt64LE(BigInt(seconds), TIMEX.seconds);
  timex.writeBigInt64LE(BigInt((milliseconds - seconds * 1000) * 1_000_000), TIMEX.fraction);
  if (adjtimex(timex) < 0) {
    throw new Error(`the clock can't be set: ${getSystemErrorName(-koffi.errno())}`);
  }
}
