import type { CronJob, Job, JobSpec } from 'kubernetes-types/batch/v1.js';
import { templateDefaults } from './pods.ts';

function jobSpecDefaults(spec: JobSpec): JobSpec {
  const { completions, parallelism } = spec;
  return {
    ...{ backoffLimit: 6, completionMode: 'NonIndexed', suspend: false },
    ...{ podReplacementPolicy: 'TerminatingOrFailed', manualSelector: false },
    // Without either, one pod has to succeed.
    ...(completions === undefined && parallelism === undefined ? { completions: 1 } : {}),
    parallelism: 1,
    ...spec,
    template: templateDefaults(spec.template),
  };
}

export function jobDefaults(job: Job): Job {
  return job.spec ? { ...job, spec: jobSpecDefaults(job.spec) } : job;
}

export function cronJobDefaults(cronJob: CronJob): CronJob {
  const { spec } = cronJob;
  if (!spec) return cronJob;
  const { jobTemplate } = spec;
  const template = jobTemplate?.spec?.template;
  return {
    ...cronJob,
    spec: {
      ...{ concurrencyPolicy: 'Allow', suspend: false },
      ...{ successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
      ...spec,
      // The rest of the job gets its defaults when it is created.
      ...(jobTemplate?.spec && template
        ? {
            jobTemplate: {
              ...jobTemplate,
              spec: { ...jobTemplate.spec, template: templateDefaults(template) },
            },
          }
        : {}),
    },
  };
}
