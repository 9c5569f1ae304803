import { describe, expect, it } from 'vitest';
import { DetachKeys, parseDetachKeys } from './detach-keys.ts';

const keys = () => new DetachKeys(parseDetachKeys(undefined));
const P = 0x10;
const Q = 0x11;

describe('DetachKeys', () => {
  it('passes typed keys through', () => {
    expect(keys().feed(Buffer.from('ls\r'))).toEqual({
      pass: Buffer.from('ls\r'),
      detached: false,
    });
  });

  it('detaches on Ctrl-P Ctrl-Q and swallows both', () => {
    expect(keys().feed(Buffer.from([0x61, P, Q, 0x62]))).toEqual({
      pass: Buffer.from('a'),
      detached: true,
    });
  });

  it('sees the keys across two packets', () => {
    const scanner = keys();
    expect(scanner.feed(Buffer.from([P]))).toEqual({ pass: Buffer.of(), detached: false });
    expect(scanner.feed(Buffer.from([Q]))).toEqual({ pass: Buffer.of(), detached: true });
  });

  it('passes a Ctrl-P through once another key follows', () => {
    const scanner = keys();
    scanner.feed(Buffer.from([P]));
    expect(scanner.feed(Buffer.from('x')).pass).toEqual(Buffer.from([P, 0x78]));
  });

  it('treats a second Ctrl-P as the first detach key', () => {
    const scanner = keys();
    expect(scanner.feed(Buffer.from([P, P])).pass).toEqual(Buffer.from([P]));
    expect(scanner.feed(Buffer.from([Q])).detached).toBe(true);
  });
});

describe('parseDetachKeys', () => {
  it('reads letters and control keys', () => {
    expect(parseDetachKeys('ctrl-a,d')).toEqual([1, 0x64]);
    expect(parseDetachKeys('ctrl-@')).toEqual([0]);
  });

  it('rejects keys that no keyboard sends', () => {
    expect(() => parseDetachKeys('ctrl-ä')).toThrow('Invalid detach keys (ctrl-ä) provided');
  });
});
