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
