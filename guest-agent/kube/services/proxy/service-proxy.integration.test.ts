import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

const run = promisify(execFile);
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

const outcomesSchema = z.record(z.string(), z.number());
const resultSchema = z.object({
  balanced: outcomesSchema,
  rolling: outcomesSchema,
  udp: outcomesSchema,
  affinity: outcomesSchema,
});

describe.runIf(isRoot)('a Service in front of pods in network namespaces', () => {
  let result: z.infer<typeof resultSchema>;
  beforeAll(async () => {
    const program = join(import.meta.dirname, '../testing/cluster-node.ts');
    const { stdout } = await run('unshare', ['--net', process.execPath, program], {
      timeout: 110_000,
      killSignal: 'SIGKILL',
    });
    result = resultSchema.parse(JSON.parse(stdout));
  });

  const sum = (outcomes: Record<string, number>) =>
    Object.values(outcomes).reduce((total, count) => total + count, 0);
  const lost = (outcomes: Record<string, number>) =>
    Object.entries(outcomes).filter(([outcome]) => outcome.startsWith('lost'));

  test('gives all pods the same number of connections', () => {
    expect(lost(result.balanced)).toEqual([]);
    const counts = Object.values(result.balanced);
    expect(counts).toHaveLength(3);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test('loses no connection of thousands while pods are replaced and die', () => {
    expect(lost(result.rolling)).toEqual([]);
    expect(sum(result.rolling)).toBeGreaterThan(500);
    // Nine pods ran in the course of it.
    expect(Object.keys(result.rolling).length).toBeGreaterThanOrEqual(8);
  });

  test('answers every UDP client, also when its pod dies', () => {
    expect(lost(result.udp)).toEqual([]);
    expect(sum(result.udp)).toBe(200);
  });

  test('keeps a client at its pod with session affinity', () => {
    expect(Object.keys(result.affinity)).toHaveLength(1);
    expect(sum(result.affinity)).toBeGreaterThan(1);
  });
});
