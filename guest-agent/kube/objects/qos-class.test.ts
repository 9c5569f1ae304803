import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { qosClass } from './qos-class.ts';

const qosOf = (...resources: ResourceRequirements[]) =>
  qosClass({
    containers: resources.map((each, index) => ({ name: `c${index}`, resources: each })),
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
