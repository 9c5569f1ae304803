import { expect, test } from 'vitest';
import type { Descriptor } from '../../registry/manifest.ts';
import { readCacheConfig, readInlineRecords } from './cache-config.ts';
import { StepList } from './step-list.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A cache whose blob `x` has the diff ID `X`. */
function list(document: object): StepList {
  return new StepList(readCacheConfig(Buffer.from(JSON.stringify(document))), (blob) =>
    blob === 'missing'
      ? undefined
      : {
          diffId: blob.toUpperCase(),
          descriptor: { digest: blob } as Descriptor,
          open: async function* () {},
        },
  );
}

const chainOf = (steps: StepList, key: string) =>
  steps.find(key)?.chain?.map(({ diffId }) => diffId);

test('a step has its layer with all layers below it, as in a cache of BuildKit', () => {
  // BuildKit omits a parent 0.
  const steps = list({
    layers: [{ blob: 'a', parent: -1 }, { blob: 'b' }, { blob: 'c', parent: 1 }],
    records: [
      { digest: digest('1') },
      {
        digest: digest('2'),
        layers: [{ layer: 2, createdAt: '2026-01-02T03:04:05.678912345Z' }],
        inputs: [[{ link: 0 }]],
      },
    ],
  });
  expect(chainOf(steps, '2'.repeat(64))).toEqual(['A', 'B', 'C']);
  expect(steps.find('2'.repeat(64))?.created).toBe('2026-01-02T03:04:05.678Z');
  expect(steps.find('1'.repeat(64))).toEqual({ chain: undefined, created: undefined });
  expect(steps.find('3'.repeat(64))).toBeUndefined();
});

test.each([
  ['layers in a circle', [{ blob: 'a', parent: 1 }, { blob: 'b' }], 0],
  ['a layer that is its own parent', [{ blob: 'a' }], 0],
  ['a layer outside of the list', [{ blob: 'a', parent: 7 }], 0],
  ['a result outside of the list', [{ blob: 'a', parent: -1 }], 3],
  ['a blob that the manifest does not have', [{ blob: 'missing', parent: -1 }], 0],
])('a hostile or damaged list gives no files: %s', (_, layers, layer) => {
  const steps = list({ layers, records: [{ digest: digest('1'), layers: [{ layer }] }] });
  expect(chainOf(steps, '1'.repeat(64))).toBeUndefined();
});

test('a hash of files is what a list says of these files, if it is a hash', () => {
  const inputs = (selector?: string) => [
    [{ link: 0, ...(selector === undefined ? {} : { selector }) }],
  ];
  const steps = list({
    records: [
      { digest: digest('1') },
      { digest: digest('2'), inputs: inputs('file:abc') },
      { digest: digest('3'), inputs: inputs() },
      { digest: digest('4'), inputs: inputs('file:abc in /etc/passwd') },
    ],
  });
  const hashes = ['1', '2', '3', '4', '5'].map((digit) => steps.hashOf(digit.repeat(64)));
  expect(hashes).toEqual([undefined, 'file:abc', undefined, undefined, undefined]);
});

test.each([
  { layers: [{ blob: 'a', parent: -2 }] },
  { layers: {} },
  { records: [{ digest: 1 }] },
  { records: [{ digest: 'a', layers: [{ layer: -1 }] }] },
])('rejects what is not a list of steps: %j', (document) => {
  expect(() => list(document)).toThrow('cache config is not valid');
});

test('rejects lists that would fill the memory', () => {
  expect(() => readCacheConfig(Buffer.alloc(9 << 20))).toThrow('too large');
  expect(() => readInlineRecords(Buffer.alloc(9 << 20).toString('base64'))).toThrow('too large');
});

test('a step with any number of results whose layers go in a circle costs little', () => {
  let looked = 0;
  const results = Array.from({ length: 50_000 }, () => ({ layer: 0 }));
  const config = readCacheConfig(
    Buffer.from(
      JSON.stringify({
        layers: [{ blob: 'a', parent: 0 }],
        records: [{ digest: digest('1'), layers: results }],
      }),
    ),
  );
  const steps = new StepList(config, (diffId) => {
    looked += 1;
    return { diffId, descriptor: { digest: diffId } as Descriptor, open: async function* () {} };
  });
  expect(steps.find('1'.repeat(64))?.chain).toBeUndefined();
  expect(looked).toBeLessThan(20_000);
});
