import { Transform } from 'node:stream';
import { HostError } from '../../host/base/errors.ts';

export const DEFAULT_DETACH_KEYS = 'ctrl-p,ctrl-q';

/** Parses `ctrl-p,ctrl-q` or `a,ctrl-@` as the bytes that the keys send. */
export function parseDetachKeys(text: string): Buffer {
  const bytes = text.split(',').map((key) => {
    const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1];
    if (control) return control.toUpperCase().charCodeAt(0) & 0x1f;
    if (key.length === 1) return key.charCodeAt(0);
    throw new HostError(
      'invalid',
      `"${text}" is not a valid key sequence. Use a value such as ctrl-p,ctrl-q.`,
    );
  });
  return Buffer.from(bytes);
}

/**
 * Passes keys on until the detach sequence. Then calls back and stops. Keys that may begin the
 * sequence wait for the next key.
 */
export function detachFilter(sequence: Buffer, onDetach: () => void): Transform {
  let matched = 0;
  let detached = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (detached) return done();
      const passed: number[] = [];
      for (const byte of chunk) {
        if (detached) break;
        if (byte === sequence[matched]) {
          matched++;
          detached = matched === sequence.length;
          continue;
        }
        passed.push(...sequence.subarray(0, matched));
        matched = byte === sequence[0] ? 1 : 0;
        if (matched === 0) passed.push(byte);
      }
      if (passed.length > 0) this.push(Buffer.from(passed));
      if (detached) onDetach();
      done();
    },
    flush(done) {
      if (!detached && matched > 0) this.push(sequence.subarray(0, matched));
      done();
    },
  });
}
