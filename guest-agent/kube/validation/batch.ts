import type { CronJob, Job, JobSpec } from 'kubernetes-types/batch/v1.js';
import { MAX_INDEXES } from '../controllers/jobs/indexes.ts';
import type { FieldErrors } from './field-errors.ts';
import { checkPodCount, checkTemplate } from './workloads.ts';

const POLICIES = ['OnFailure', 'Never'];
const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];
const INDEXES = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;
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
  checkPodCount(spec.parallelism ?? 0, `${at}.parallelism`, errors);
  for (const field of ['completions', 'backoffLimit'] as const) {
    const value = spec[field] ?? 0;
    if (value < 0) errors.invalid(`${at}.${field}`, value, 'must be greater than or equal to 0');
  }
  if (spec.completionMode === 'Indexed') checkIndexes(spec, at, errors);
  checkTemplate(spec.template, `${at}.template`, errors);
  const { restartPolicy = 'Always' } = spec.template.spec ?? {};
  if (!POLICIES.includes(restartPolicy)) {
    errors.notSupported(`${at}.template.spec.restartPolicy`, restartPolicy, POLICIES);
  }
}

function checkIndexes(spec: JobSpec, at: string, errors: FieldErrors): void {
  for (const field of ['parallelism', 'completions'] as const) {
    const value = spec[field] ?? 0;
    if (value <= MAX_INDEXES) continue;
    errors.invalid(`${at}.${field}`, value, `must be less than or equal to ${MAX_INDEXES}`);
  }
  for (const [position, { succeededIndexes }] of (spec.successPolicy?.rules ?? []).entries()) {
    if (succeededIndexes === undefined) continue;
    const field = `${at}.successPolicy.rules[${position}].succeededIndexes`;
    if (!INDEXES.test(succeededIndexes)) {
      errors.invalid(field, succeededIndexes, 'must be indexes and ranges, such as "1,3-5"');
    } else if (succeededIndexes.split(/[,-]/).some((index) => +index >= (spec.completions ?? 0))) {
      const detail = `must contain only indexes less than completions (${spec.completions ?? 0})`;
      errors.invalid(field, succeededIndexes, detail);
    }
  }
}
