import { getSystemErrorName } from 'node:util';

/** `struct timex` of 64-bit Linux (adjtimex(2)): its size, and where `modes` and `time` are in it. */
const TIMEX = { size: 208, modes: 0, seconds: 72, fraction: 80 };
const ADJ_SETOFFSET = 0x0100;
const ADJ_NANO = 0x2000;

/**
 * Puts the machine's clock forward by milliseconds; back, if negative. Timers that count what
 * passes, as nearly all do, take no notice. Rejects with the system's error.
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
