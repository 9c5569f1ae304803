import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { expect, it } from 'vitest';
import { statefulSets } from '../objects/resources.ts';
import { validate } from './validate.ts';

const db = (mount: string): StatefulSet => ({
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    template: {
      metadata: { labels: { app: 'db' } },
      spec: {
        containers: [
          { name: 'db', image: 'db', volumeMounts: [{ name: mount, mountPath: '/data' }] },
        ],
      },
    },
    volumeClaimTemplates: [{ metadata: { name: 'data' } }],
  },
});

it('lets the pods of a StatefulSet mount its own claims, and nothing that is missing', () => {
  expect(() => validate(statefulSets, db('data'), undefined)).not.toThrow();
  expect(() => validate(statefulSets, db('other'), undefined)).toThrow(
    'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"',
  );
});

it('refuses more pods than the node can run', () => {
  const many = { ...db('data'), spec: { ...db('data').spec, replicas: 100_000 } } as StatefulSet;
  expect(() => validate(statefulSets, many, undefined)).toThrow(
    'spec.replicas: Invalid value: 100000: must be less than or equal to 110: this cluster has one node',
  );
});
