import { expect, onTestFinished, test } from 'vitest';
import { logTo } from '../../base/log.ts';
import { resizeQemu } from './resize.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const asItIs = { cpus: 2, memoryMiB: 2048, diskGiB: 8 };

/** A monitor of a machine with places for four processors, whose guest gives up to `spare` MiB. */
function monitor(spare = 2048) {
  const booted = 2048 * mebibyte;
  let target = booted;
  let actual = booted;
  let disk = 8 * gibibyte;
  const calls: string[] = [];
  const execute = async (command: string, args: object = {}): Promise<unknown> => {
    const { value = 0, size = 0 } = args as { value?: number; size?: number };
    switch (command) {
      case 'query-cpus-fast':
        return Array.from({ length: 4 }, (_, index) => ({ 'cpu-index': index }));
      case 'query-memory-size-summary':
        return { 'base-memory': booted, 'plugged-memory': 0 };
      case 'query-balloon': {
        const step = Math.sign(target - actual) * 256 * mebibyte;
        if (actual + step >= booted - spare * mebibyte) actual += step;
        return { actual };
      }
      case 'query-named-block-nodes':
        return [
          { 'node-name': '#block042', image: { 'virtual-size': 1 } },
          { 'node-name': 'data', image: { 'virtual-size': disk } },
        ];
      case 'balloon':
        target = value;
        break;
      case 'block_resize':
        disk = size;
        break;
      default:
        throw new Error(`no such command: ${command}`);
    }
    calls.push(`${command} ${JSON.stringify(args)}`);
    return {};
  };
  return { execute, calls };
}

test('what is as it should be is left alone', async () => {
  const { execute, calls } = monitor();
  expect(await resizeQemu({ execute }, asItIs)).toEqual(['cpus', 'memoryMiB', 'diskGiB']);
  expect(calls).toEqual([]);
});

test('memory shrinks and grows, up to the size at the start', async () => {
  const { execute, calls } = monitor();
  expect(await resizeQemu({ execute }, { ...asItIs, memoryMiB: 1024 })).toContain('memoryMiB');
  expect(await resizeQemu({ execute }, asItIs)).toContain('memoryMiB');
  expect(await resizeQemu({ execute }, { ...asItIs, memoryMiB: 2049 })).not.toContain('memoryMiB');
  expect(calls).toEqual(['balloon {"value":1073741824}', 'balloon {"value":2147483648}']);
});

test('a guest that keeps its memory is left what it had', async () => {
  const { execute, calls } = monitor(512);
  expect(await resizeQemu({ execute }, { ...asItIs, memoryMiB: 1024 }, 300)).toEqual([
    ...['cpus', 'diskGiB'],
  ]);
  expect(calls.at(-1)).toBe('balloon {"value":2147483648}');
});

test('the disk grows and never shrinks', async () => {
  const { execute, calls } = monitor();
  expect(await resizeQemu({ execute }, { ...asItIs, diskGiB: 12 })).toContain('diskGiB');
  expect(await resizeQemu({ execute }, { ...asItIs, diskGiB: 4 })).toContain('diskGiB');
  expect(calls).toEqual(['block_resize {"node-name":"data","size":12884901888}']);
});

test('the guest can have as many processors as the board has', async () => {
  const { execute } = monitor();
  expect(await resizeQemu({ execute }, { ...asItIs, cpus: 4 })).toContain('cpus');
  expect(await resizeQemu({ execute }, { ...asItIs, cpus: 5 })).not.toContain('cpus');
});

test('what QEMU refuses does not keep the rest from changing', async () => {
  const { execute } = monitor();
  const refusing = async (command: string, args?: object) => {
    if (command === 'query-balloon') throw new Error('No balloon device has been activated');
    return execute(command, args);
  };
  const lines: string[] = [];
  const endLogging = logTo((line) => lines.push(line));
  onTestFinished(endLogging);
  expect(await resizeQemu({ execute: refusing }, { ...asItIs, diskGiB: 9 })).toEqual([
    ...['cpus', 'diskGiB'],
  ]);
  expect(lines.join('\n')).toContain('No balloon device has been activated');
});
