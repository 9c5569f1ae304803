import type { JobSpec } from 'kubernetes-types/batch/v1.js';
import { expect, it } from 'vitest';
import { jobs } from '../objects/resources.ts';
import { validate } from './validate.ts';

const check = (spec: Partial<JobSpec>) => {
  const containers = [{ name: 'main', image: 'busybox' }];
  const template = { spec: { restartPolicy: 'Never', containers } };
  const metadata = { name: 'work', namespace: 'default' };
  const job = { metadata, spec: { completionMode: 'Indexed', template, ...spec } };
  validate(jobs, job, undefined);
};
const succeeding = (succeededIndexes: string) => ({ rules: [{ succeededIndexes }] });

it.each<[Partial<JobSpec>, string]>([
  [{ completions: 100_001 }, 'spec.completions: Invalid value: 100001: must be less than'],
  [{ completions: 5, parallelism: 2_000_000_000 }, 'spec.parallelism: Invalid value'],
  [{ completions: 5, successPolicy: succeeding('0-2000000000') }, 'less than completions (5)'],
  [{ completions: 5, successPolicy: succeeding('5') }, 'less than completions (5)'],
  [{ completions: 5, successPolicy: succeeding('1e9') }, 'must be indexes and ranges'],
])('refuses an Indexed Job with %j', (spec, message) => {
  expect(() => check(spec)).toThrow(message);
});

it('accepts as many indexes as Kubernetes does', () => {
  const successPolicy = succeeding('0,2-99999');
  expect(() => check({ completions: 100_000, parallelism: 9, successPolicy })).not.toThrow();
});
