import type { CronJob, Job, JobSpec } from 'kubernetes-types/batch/v1.js';
import type { FieldErrors } from './field-errors.ts';
import { checkTemplate } from './workloads.ts';

const POLICIES = ['OnFailure', 'Never'];
const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];
/** The controller adds 11 characters to the names of a CronJob's Jobs. */
const MAX_CRON_NAME = 52;

export function checkJob({ spec }: Job, errors: FieldErrors): void {
  checkJobSpec(spec, 'spec', errors);
}

export function checkCronJob({ metadata, spec }: CronJob, errors: FieldErrors): void {
  const { name = '' } = metadata ?? {};
  if (name.length > MAX_CRON_NAME) {
    errors.invalid('metadata.name', name, `must be no more than ${MAX_CRON_NAME} characters`);
  }
  const { schedule = '', concurrencyPolicy = 'Allow', jobTemplate } = spec ?? {};
  const isSchedule = /^@\w+( \S+)?$/.test(schedule) || schedule.trim().split(/\s+/).length === 5;
  if (schedule === '') errors.required('spec.schedule');
  else if (!isSchedule) {
    errors.invalid(
      'spec.schedule',
      schedule,
      `expected exactly 5 fields, found ${schedule.trim().split(/\s+/).length}: [${schedule}]`,
    );
  }
  if (!CONCURRENCY.includes(concurrencyPolicy)) {
    errors.notSupported('spec.concurrencyPolicy', concurrencyPolicy, CONCURRENCY);
  }
  checkJobSpec(jobTemplate?.spec, 'spec.jobTemplate.spec', errors);
}

function checkJobSpec(spec: JobSpec | undefined, at: string, errors: FieldErrors): void {
  if (!spec?.template) {
    errors.required(`${at}.template`);
    return;
  }
  for (const field of ['parallelism', 'completions', 'backoffLimit'] as const) {
    const value = spec[field] ?? 0;
    if (value < 0) errors.invalid(`${at}.${field}`, value, 'must be greater than or equal to 0');
  }
  checkTemplate(spec.template, `${at}.template`, errors);
  const { restartPolicy = 'Always' } = spec.template.spec ?? {};
  if (!POLICIES.includes(restartPolicy)) {
    errors.notSupported(`${at}.template.spec.restartPolicy`, restartPolicy, POLICIES);
  }
}
