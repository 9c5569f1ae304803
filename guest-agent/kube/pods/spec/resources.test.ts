import { expect, it } from 'vitest';
import { resourceLimits } from './resources.ts';

it('turns requests and limits into those of the engine', () => {
  const resources = { requests: { cpu: '500m' }, limits: { cpu: '1500m', memory: '64Mi' } };
  expect(resourceLimits({ name: 'a', resources }, 'Burstable')).toMatchObject({
    ...{ CpuShares: 512, CpuPeriod: 100_000, CpuQuota: 150_000 },
    ...{ Memory: 64 * 2 ** 20, MemorySwap: 64 * 2 ** 20 },
  });
  expect(resourceLimits({ name: 'a' }, 'BestEffort')).toEqual({ OomScoreAdj: 1000 });
  expect(resourceLimits({ name: 'a', resources }, 'Guaranteed').OomScoreAdj).toBe(-997);
});
