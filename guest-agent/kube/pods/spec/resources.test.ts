import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { qosClass, resourceLimits } from './resources.ts';

const qosOf = (...resources: ResourceRequirements[]) =>
  qosClass({
    spec: { containers: resources.map((each, index) => ({ name: `c${index}`, resources: each })) },
  });

it('finds the quality-of-service class', () => {
  const full = { cpu: '1', memory: '1Gi' };
  expect(qosOf({}, {})).toBe('BestEffort');
  expect(qosOf({ limits: full })).toBe('Guaranteed');
  expect(qosOf({ limits: full, requests: { cpu: '1000m', memory: '1024Mi' } })).toBe('Guaranteed');
  expect(qosOf({ limits: full }, {})).toBe('Burstable');
  expect(qosOf({ limits: full, requests: { cpu: '500m' } })).toBe('Burstable');
  expect(qosOf({ limits: { memory: '1Gi' } })).toBe('Burstable');
});

it('turns requests and limits into those of the engine', () => {
  const resources = { requests: { cpu: '500m' }, limits: { cpu: '1500m', memory: '64Mi' } };
  expect(resourceLimits({ name: 'a', resources }, 'Burstable')).toMatchObject({
    ...{ CpuShares: 512, CpuPeriod: 100_000, CpuQuota: 150_000 },
    ...{ Memory: 64 * 2 ** 20, MemorySwap: 64 * 2 ** 20 },
  });
  expect(resourceLimits({ name: 'a' }, 'BestEffort')).toEqual({ OomScoreAdj: 1000 });
  expect(resourceLimits({ name: 'a', resources }, 'Guaranteed').OomScoreAdj).toBe(-997);
});
