import type { Job, JobSpec } from 'kubernetes-types/batch/v1.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobs, pods } from '../../objects/resources.ts';
import { namespace, Workloads } from '../testing/workloads.ts';

const job = (spec: Partial<JobSpec> = {}): Job => ({
  metadata: { name: 'work' },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] },
    },
    ...spec,
  },
});

let workloads: Workloads;
beforeEach(() => {
  workloads = new Workloads();
});
afterEach(() => workloads[Symbol.dispose]());

const status = () => workloads.get(jobs, 'work').status;
const condition = (type: string) => status()?.conditions?.find((each) => each.type === type);
const change = (spec: Partial<JobSpec>) =>
  workloads.edit(jobs, 'work', (current) => ({
    ...current,
    spec: { ...(current.spec ?? { template: {} }), ...spec },
  }));
/** The first of the running pods ends. */
const endOne = async (exitCode: number) => {
  const [name = ''] = workloads.podNames();
  await workloads.end(name, exitCode);
  return name;
};
const indexOf = (name: string) =>
  workloads.get(pods, name).metadata.annotations?.['batch.kubernetes.io/job-completion-index'];

describe('a Job', () => {
  it('runs one pod, and is complete when the pod succeeds', async () => {
    await workloads.create(jobs, job());
    const [pod] = workloads.pods();
    expect(pod?.metadata.name).toMatch(/^work-[a-z0-9]{5}$/);
    expect(pod?.metadata.labels).toMatchObject({
      'batch.kubernetes.io/job-name': 'work',
      'job-name': 'work',
      'controller-uid': workloads.get(jobs, 'work').metadata.uid,
    });
    expect(status()).toMatchObject({ active: 1, ready: 1, startTime: expect.any(String) });
    await endOne(0);
    expect(status()).toMatchObject({ succeeded: 1, completionTime: expect.any(String) });
    expect(status()?.active).toBeUndefined();
    expect(condition('Complete')).toMatchObject({ status: 'True', reason: 'CompletionsReached' });
    expect(workloads.events('work').sort()).toEqual([
      'Completed: Job completed',
      `SuccessfulCreate: Created pod: ${pod?.metadata.name}`,
    ]);
    // The pod stays, so that people can read its log, and nothing holds it.
    expect(workloads.get(pods, pod?.metadata.name ?? '').metadata.finalizers).toEqual([]);
    expect(workloads.failures).toEqual([]);
  });

  it('replaces failed pods after a growing delay, and gives up at backoffLimit', async () => {
    await workloads.create(jobs, job({ backoffLimit: 2 }));
    await endOne(1);
    expect(workloads.pods()).toEqual([]);
    await workloads.pass(11);
    expect(workloads.pods()).toHaveLength(1);
    await endOne(1);
    await workloads.pass(11);
    expect(workloads.pods()).toEqual([]);
    await workloads.pass(10);
    expect(workloads.pods()).toHaveLength(1);
    await endOne(1);
    expect(status()).toMatchObject({ ready: 0, failed: 3 });
    expect(condition('Failed')).toMatchObject({
      ...{ status: 'True', reason: 'BackoffLimitExceeded' },
      message: 'Job has reached the specified backoff limit',
    });
    expect(workloads.events('work')).toContain(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
    await workloads.pass(600);
    expect(workloads.pods()).toEqual([]);
  });

  it('never runs more pods than parallelism, nor more than are left to do', async () => {
    await workloads.create(jobs, job({ completions: 5, parallelism: 2 }));
    expect(workloads.pods()).toHaveLength(2);
    for (const left of [2, 2, 2, 1, 0]) {
      await endOne(0);
      expect(workloads.pods()).toHaveLength(left);
    }
    expect(status()).toMatchObject({ succeeded: 5 });
    expect(condition('Complete')?.status).toBe('True');
  });

  it('changes the number of pods with parallelism, without counting a failure', async () => {
    await workloads.create(jobs, job({ completions: 5, parallelism: 3 }));
    await change({ parallelism: 1 });
    expect(workloads.pods()).toHaveLength(1);
    expect(status()).toEqual(expect.not.objectContaining({ failed: expect.anything() }));
  });

  it('without completions, starts no more pods after the first success', async () => {
    await workloads.create(jobs, job({ parallelism: 2 }));
    await endOne(0);
    expect(workloads.pods()).toHaveLength(1);
    expect(condition('Complete')).toBeUndefined();
    await endOne(0);
    expect(condition('Complete')?.status).toBe('True');
  });

  it('counts a pod that somebody deletes as failed, and replaces it', async () => {
    await workloads.create(jobs, job());
    const [name = ''] = workloads.podNames();
    await workloads.delete(pods, name);
    expect(workloads.objects.get(pods, { namespace, name })).toBeUndefined();
    await workloads.pass(11);
    expect(workloads.podNames()).toHaveLength(1);
    expect(status()).toMatchObject({ active: 1, failed: 1 });
  });

  it('remembers successes of pods that are deleted', async () => {
    await workloads.create(jobs, job({ completions: 2 }));
    const first = await endOne(0);
    await workloads.delete(pods, first);
    await endOne(0);
    expect(status()).toMatchObject({ succeeded: 2 });
    expect(condition('Complete')?.status).toBe('True');
  });

  it('gives each pod of an Indexed Job its index', async () => {
    await workloads.create(
      jobs,
      job({ completionMode: 'Indexed', completions: 4, parallelism: 3 }),
    );
    const names = workloads.podNames();
    expect(names.map(indexOf)).toEqual(['0', '1', '2']);
    const [, second] = workloads.pods();
    expect(second?.metadata.name).toMatch(/^work-1-[a-z0-9]{5}$/);
    expect(second?.spec?.hostname).toBe('work-1');
    expect(second?.spec?.containers[0]?.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: {
          fieldRef: {
            fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
          },
        },
      },
    ]);
    await workloads.end(second?.metadata.name ?? '', 1);
    await workloads.pass(11);
    expect(workloads.podNames().map(indexOf)).toEqual(['0', '1', '2']);
    for (let pod = 0; pod < 4; pod++) await endOne(0);
    expect(status()).toMatchObject({ succeeded: 4, failed: 1, completedIndexes: '0-3' });
    expect(condition('Complete')?.status).toBe('True');
  });

  it('runs the first pods of an Indexed Job with a huge number of completions', async () => {
    await workloads.create(
      jobs,
      job({ completionMode: 'Indexed', completions: 2_000_000_000, parallelism: 2 }),
    );
    expect(workloads.podNames().map(indexOf)).toEqual(['0', '1']);
    expect(workloads.failures).toEqual([]);
  });

  it('creates many pods in several steps', async () => {
    workloads.starts = () => 'pending';
    await workloads.create(jobs, job({ completions: 600, parallelism: 600 }));
    expect(workloads.pods()).toHaveLength(600);
    expect(status()).toMatchObject({ active: 600 });
  });

  it('lets only one index fail with backoffLimitPerIndex', async () => {
    await workloads.create(
      jobs,
      job({ completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 1 }),
    );
    for (let attempt = 0; attempt < 2; attempt++) {
      const bad = workloads.podNames().find((name) => indexOf(name) === '0') ?? '';
      await workloads.end(bad, 1);
      await workloads.pass(30);
    }
    expect(workloads.podNames().map(indexOf)).toEqual(['1']);
    await endOne(0);
    expect(status()).toMatchObject({ completedIndexes: '1', failedIndexes: '0' });
    expect(condition('Failed')).toMatchObject({ reason: 'FailedIndexes' });
  });

  it('fails at once if its podFailurePolicy says so', async () => {
    await workloads.create(
      jobs,
      job({
        parallelism: 2,
        completions: 2,
        podFailurePolicy: {
          rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }],
        },
      }),
    );
    const name = await endOne(42);
    expect(workloads.pods()).toEqual([]);
    expect(condition('Failed')).toMatchObject({
      reason: 'PodFailurePolicy',
      message: `Container main for pod ${namespace}/${name} failed with exit code 42 matching FailJob rule at index 0`,
    });
  });

  it('does not count failures that its podFailurePolicy ignores', async () => {
    await workloads.create(
      jobs,
      job({
        backoffLimit: 0,
        podFailurePolicy: {
          rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [7] } }],
        },
      }),
    );
    await endOne(7);
    await workloads.pass(11);
    expect(workloads.pods()).toHaveLength(1);
    expect(status()?.failed).toBeUndefined();
    await endOne(1);
    expect(condition('Failed')?.reason).toBe('BackoffLimitExceeded');
  });

  it('fails after activeDeadlineSeconds, once its pods have stopped', async () => {
    await workloads.create(jobs, job({ activeDeadlineSeconds: 60 }));
    workloads.stopsAtOnce = false;
    await workloads.pass(61);
    expect(workloads.pods()).toEqual([]);
    expect(condition('FailureTarget')?.reason).toBe('DeadlineExceeded');
    expect(condition('Failed')).toBeUndefined();
    await workloads.stopAll();
    expect(condition('Failed')).toMatchObject({
      ...{ reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
    });
    expect(workloads.objects.list(pods)).toEqual([]);
  });

  it('is deleted after ttlSecondsAfterFinished, with nothing that holds its pods', async () => {
    await workloads.create(jobs, job({ ttlSecondsAfterFinished: 100 }));
    await endOne(0);
    await workloads.pass(90);
    expect(workloads.objects.list(jobs)).toHaveLength(1);
    await workloads.pass(20);
    expect(workloads.objects.list(jobs)).toEqual([]);
  });

  it('lets its pods go when it is deleted', async () => {
    await workloads.create(jobs, job());
    const [name = ''] = workloads.podNames();
    await workloads.delete(jobs, 'work');
    expect(workloads.get(pods, name).metadata.finalizers).toEqual([]);
  });

  it('stops its pods while it is suspended, and resumes afterwards', async () => {
    await workloads.create(jobs, job({ suspend: true }));
    expect(workloads.pods()).toEqual([]);
    expect(condition('Suspended')).toMatchObject({ status: 'True', reason: 'JobSuspended' });
    await change({ suspend: false });
    expect(workloads.pods()).toHaveLength(1);
    expect(condition('Suspended')).toMatchObject({ status: 'False', reason: 'JobResumed' });
    await change({ suspend: true });
    expect(workloads.pods()).toEqual([]);
    expect(status()?.startTime).toBeUndefined();
    await change({ suspend: false });
    await endOne(0);
    expect(status()).toMatchObject({ succeeded: 1 });
    expect(status()?.failed).toBeUndefined();
    expect(workloads.events('work').map((event) => event.split(':')[0])).toEqual(
      expect.arrayContaining(['Suspended', 'Resumed', 'Completed']),
    );
  });

  it('counts restarts of its containers with the restart policy OnFailure', async () => {
    const { spec } = job({ backoffLimit: 2 });
    await workloads.create(jobs, {
      ...job(),
      spec: {
        ...spec,
        template: {
          spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'busybox' }] },
        },
      },
    });
    const [name = ''] = workloads.podNames();
    await workloads.edit(pods, name, (pod) => ({
      ...pod,
      status: {
        ...pod.status,
        containerStatuses: [
          { name: 'main', image: '', imageID: '', ready: false, restartCount: 2, state: {} },
        ],
      },
    }));
    expect(condition('Failed')?.reason).toBe('BackoffLimitExceeded');
    expect(workloads.pods()).toEqual([]);
  });

  it('is complete once its successPolicy is met', async () => {
    await workloads.create(
      jobs,
      job({
        completionMode: 'Indexed',
        completions: 3,
        parallelism: 3,
        successPolicy: { rules: [{ succeededIndexes: '0' }] },
      }),
    );
    const leader = workloads.podNames().find((name) => indexOf(name) === '0') ?? '';
    await workloads.end(leader, 0);
    expect(condition('Complete')?.reason).toBe('SuccessPolicy');
    expect(workloads.pods()).toEqual([]);
    expect(status()).toMatchObject({ succeeded: 1 });
    expect(status()?.failed).toBeUndefined();
  });
});
