import type { DaemonSet, DaemonSetSpec } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controllerRevisions, daemonSets, nodes, pods } from '../../objects/resources.ts';
import { Workloads } from '../testing/workloads.ts';

const labels = { app: 'log' };
const template = (image: string): PodTemplateSpec => ({
  metadata: { labels },
  spec: { containers: [{ name: 'log', image }] },
});
const collector = (spec: Partial<DaemonSetSpec> = {}): DaemonSet => ({
  metadata: { name: 'log' },
  spec: { selector: { matchLabels: labels }, template: template('log:1'), ...spec },
});

let workloads: Workloads;
beforeEach(() => {
  workloads = new Workloads();
});
afterEach(() => workloads[Symbol.dispose]());

const change = (spec: Partial<DaemonSetSpec>) =>
  workloads.edit(daemonSets, 'log', (set) => ({
    ...set,
    spec: { ...(set.spec ?? collector().spec), ...spec } as DaemonSetSpec,
  }));
const status = () => workloads.get(daemonSets, 'log').status;

describe('a DaemonSet', () => {
  it('runs one pod on the node', async () => {
    await workloads.create(daemonSets, collector());
    const [pod] = workloads.pods();
    expect(workloads.pods()).toHaveLength(1);
    expect(pod?.metadata.name).toMatch(/^log-[a-z0-9]{5}$/);
    expect(pod?.spec?.nodeName).toBe('berth');
    expect(status()).toMatchObject({
      ...{ desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady: 1 },
      ...{ updatedNumberScheduled: 1, numberAvailable: 1, numberMisscheduled: 0 },
    });
    expect(workloads.failures).toEqual([]);
  });

  it('replaces a deleted pod, and a failed one after a while', async () => {
    await workloads.create(daemonSets, collector());
    const [deleted = ''] = workloads.podNames();
    await workloads.delete(pods, deleted);
    const [failed = ''] = workloads.podNames();
    expect(failed).not.toBe(deleted);
    await workloads.end(failed, 1);
    expect(workloads.pods()).toEqual([]);
    await workloads.pass(11);
    expect(workloads.pods()).toHaveLength(1);
    expect(workloads.events('log').join()).toContain(`Found failed daemon pod default/${failed}`);
  });

  it('stops the old pod before it starts the new one', async () => {
    await workloads.create(daemonSets, collector());
    workloads.stopsAtOnce = false;
    await change({ template: template('log:2') });
    expect(workloads.pods()).toEqual([]);
    await workloads.stopAll();
    expect(workloads.images()).toEqual(['log:2']);
    expect(workloads.objects.list(controllerRevisions)).toHaveLength(2);
  });

  it('with maxSurge, keeps the old pod until the new one serves', async () => {
    const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
    await workloads.create(
      daemonSets,
      collector({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } }),
    );
    workloads.starts = () => 'running';
    await change({ template: template('log:2') });
    expect(workloads.images()).toEqual(['log:1', 'log:2']);
    const updated = workloads.pods().find(({ spec }) => spec?.containers[0]?.image === 'log:2');
    await workloads.setReady(updated?.metadata.name ?? '');
    expect(workloads.images()).toEqual(['log:2']);
  });

  it('with OnDelete, updates when somebody deletes the pod', async () => {
    await workloads.create(daemonSets, collector({ updateStrategy: { type: 'OnDelete' } }));
    await change({ template: template('log:2') });
    expect(workloads.images()).toEqual(['log:1']);
    expect(status()).toMatchObject({ updatedNumberScheduled: 0 });
    const [name = ''] = workloads.podNames();
    await workloads.delete(pods, name);
    expect(workloads.images()).toEqual(['log:2']);
  });

  it('runs only on a node with the labels that it asks for', async () => {
    const withSelector = template('log:1');
    await workloads.create(
      daemonSets,
      collector({
        template: {
          ...withSelector,
          spec: { containers: [], ...withSelector.spec, nodeSelector: { disk: 'ssd' } },
        },
      }),
    );
    expect(workloads.pods()).toEqual([]);
    expect(status()).toMatchObject({ desiredNumberScheduled: 0 });
    await workloads.objects.create(nodes, { metadata: { name: 'berth', labels: { disk: 'ssd' } } });
    await workloads.settle();
    expect(workloads.pods()).toHaveLength(1);
  });
});
