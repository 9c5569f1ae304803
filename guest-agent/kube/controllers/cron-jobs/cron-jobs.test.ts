import type { CronJob, CronJobSpec } from 'kubernetes-types/batch/v1.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cronJobs, jobs } from '../../objects/resources.ts';
import { Workloads } from '../testing/workloads.ts';

const report = (spec: Partial<CronJobSpec> = {}): CronJob => ({
  metadata: { name: 'report' },
  spec: {
    schedule: '*/10 * * * *',
    jobTemplate: {
      metadata: { labels: { app: 'report' } },
      spec: {
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] },
        },
      },
    },
    ...spec,
  },
});

const minute = 60;
let workloads: Workloads;
beforeEach(() => {
  workloads = new Workloads();
  vi.setSystemTime('2030-05-01T12:05:00Z');
});
afterEach(() => workloads[Symbol.dispose]());

const change = (spec: Partial<CronJobSpec>) =>
  workloads.edit(cronJobs, 'report', (job) => ({
    ...job,
    spec: { ...(job.spec ?? report().spec), ...spec } as CronJobSpec,
  }));
const status = () => workloads.get(cronJobs, 'report').status;
const jobNames = () => workloads.objects.list(jobs).map(({ metadata }) => metadata.name);
const nameAt = (time: string) => `report-${Date.parse(time) / 60_000}`;
/** All running pods end. */
const endPods = async (exitCode = 0) => {
  for (const name of workloads.podNames()) await workloads.end(name, exitCode);
};

describe('a CronJob', () => {
  it('starts a Job at each of its times', async () => {
    await workloads.create(cronJobs, report());
    expect(jobNames()).toEqual([]);
    await workloads.pass(5 * minute + 1);
    expect(jobNames()).toEqual([nameAt('2030-05-01T12:10:00Z')]);
    const [job] = workloads.objects.list(jobs);
    expect(job?.metadata).toMatchObject({
      labels: { app: 'report' },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2030-05-01T12:10:00Z' },
      ownerReferences: [{ kind: 'CronJob', name: 'report', controller: true }],
    });
    expect(status()).toMatchObject({
      active: [{ kind: 'Job', name: job?.metadata.name }],
      lastScheduleTime: '2030-05-01T12:10:00Z',
    });
    await endPods();
    expect(status()?.active).toBeUndefined();
    expect(status()?.lastSuccessfulTime).toMatch(/^2030-05-01T12:10/);
    await workloads.pass(10 * minute);
    expect(jobNames()).toHaveLength(2);
    expect(workloads.events('report')).toEqual(
      expect.arrayContaining([
        `SuccessfulCreate: Created job ${job?.metadata.name}`,
        `SawCompletedJob: Saw completed job: ${job?.metadata.name}, condition: Complete`,
      ]),
    );
    expect(workloads.failures).toEqual([]);
  });

  it('follows the clock of its time zone', async () => {
    // 15:00 in Tokyo is 06:00 UTC.
    await workloads.create(cronJobs, report({ schedule: '0 15 * * *', timeZone: 'Asia/Tokyo' }));
    await workloads.pass(17 * 3600 + 50 * minute);
    expect(jobNames()).toEqual([]);
    await workloads.pass(6 * minute);
    expect(jobNames()).toEqual([nameAt('2030-05-02T06:00:00Z')]);
  });

  it('runs once, for the newest time, after the machine slept', async () => {
    await workloads.create(cronJobs, report());
    await workloads.wakeAt('2030-05-01T14:32:00Z');
    expect(jobNames()).toEqual([nameAt('2030-05-01T14:30:00Z')]);
    await workloads.pass(9 * minute);
    expect(jobNames()).toHaveLength(2);
  });

  it('drops a run that is later than startingDeadlineSeconds', async () => {
    await workloads.create(cronJobs, report({ startingDeadlineSeconds: 60 }));
    await change({ suspend: true });
    vi.setSystemTime('2030-05-01T12:35:00Z');
    await change({ suspend: false });
    expect(jobNames()).toEqual([]);
    await workloads.pass(5 * minute + 1);
    expect(jobNames()).toEqual([nameAt('2030-05-01T12:40:00Z')]);
  });

  it('starts nothing while it is suspended, and the newest missed run afterwards', async () => {
    await workloads.create(cronJobs, report({ suspend: true }));
    await workloads.pass(30 * minute);
    expect(jobNames()).toEqual([]);
    await change({ suspend: false });
    expect(jobNames()).toEqual([nameAt('2030-05-01T12:30:00Z')]);
  });

  it('lets runs overlap by default', async () => {
    await workloads.create(cronJobs, report());
    await workloads.pass(16 * minute);
    expect(workloads.pods()).toHaveLength(2);
    expect(status()?.active).toHaveLength(2);
  });

  it('with Forbid, starts a run only after the one before has ended', async () => {
    await workloads.create(cronJobs, report({ concurrencyPolicy: 'Forbid' }));
    await workloads.pass(16 * minute);
    expect(workloads.pods()).toHaveLength(1);
    expect(workloads.events('report').join()).toContain('JobAlreadyActive');
    await endPods();
    expect(jobNames()).toEqual(['2030-05-01T12:10:00Z', '2030-05-01T12:20:00Z'].map(nameAt));
  });

  it('with Replace, ends the run before', async () => {
    await workloads.create(cronJobs, report({ concurrencyPolicy: 'Replace' }));
    await workloads.pass(16 * minute);
    expect(jobNames()).toEqual([nameAt('2030-05-01T12:20:00Z')]);
    expect(status()?.active).toHaveLength(1);
  });

  it('keeps only the newest finished Jobs', async () => {
    await workloads.create(
      cronJobs,
      report({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0 }),
    );
    await workloads.pass(6 * minute);
    for (let run = 0; run < 4; run++) {
      await endPods();
      await workloads.pass(10 * minute);
    }
    await endPods();
    expect(jobNames()).toEqual(['2030-05-01T12:40:00Z', '2030-05-01T12:50:00Z'].map(nameAt));
  });

  it('says what is wrong with its schedule, and runs once it is right', async () => {
    await workloads.create(cronJobs, report({ schedule: 'every day' }));
    expect(workloads.events('report')[0]).toMatch(
      /^UnparseableSchedule: unparseable schedule: "every day" : /,
    );
    await change({ schedule: '@hourly' });
    await workloads.pass(56 * minute);
    expect(jobNames()).toEqual([nameAt('2030-05-01T13:00:00Z')]);
  });

  it('understands @every', async () => {
    await workloads.create(cronJobs, report({ schedule: '@every 90s' }));
    await workloads.pass(100);
    expect(jobNames()).toHaveLength(1);
    await workloads.pass(90);
    expect(jobNames()).toHaveLength(2);
  });

  it('warns of very many missed runs, and starts one', async () => {
    await workloads.create(cronJobs, report({ schedule: '* * * * *', suspend: true }));
    vi.setSystemTime('2030-05-02T12:05:00Z');
    await change({ suspend: false });
    expect(jobNames()).toEqual([nameAt('2030-05-02T12:05:00Z')]);
    expect(workloads.events('report').join()).toContain('TooManyMissedTimes');
  });
});
