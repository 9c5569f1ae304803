import { jsonPatch } from '../../../guest-agent/kube/api/patch/json-patch.ts';
import { mergePatch } from '../../../guest-agent/kube/api/patch/merge-patch.ts';
import { parseFieldSelector } from '../../../guest-agent/kube/api/selectors/field-selector.ts';
import { parseLabelSelector } from '../../../guest-agent/kube/api/selectors/label-selector.ts';
import { parseTarget } from '../../../guest-agent/kube/api/target.ts';
import { parseSchedule } from '../../../guest-agent/kube/controllers/cron-jobs/schedule.ts';
import { parseIndexes } from '../../../guest-agent/kube/controllers/jobs/indexes.ts';
import { KubeError } from '../../../guest-agent/kube/kube-error.ts';
import { parseQuantity } from '../../../guest-agent/kube/objects/quantity.ts';
import { pods } from '../../../guest-agent/kube/objects/resources.ts';
import { expand } from '../../../guest-agent/kube/pods/environment/expand.ts';
import { checkCronJob } from '../../../guest-agent/kube/validation/batch.ts';
import { FieldErrors } from '../../../guest-agent/kube/validation/field-errors.ts';
import { type Target, tryAll } from '../target.ts';

const expects = (error: unknown) => error instanceof KubeError;
const object = { metadata: { name: 'a', labels: { app: 'web' } }, spec: { list: [1, { a: 2 }] } };
const now = Date.parse('2026-01-02T03:04:05Z');

/** Text in Kubernetes' objects and requests: selectors, schedules, quantities and patches. */
export const kubeText: Target = {
  seeds: [
    ...[
      'app=web,tier in (a, b),!old,x notin (y)',
      'a!=b,c',
      'status.phase!=Running,metadata.name=a',
    ],
    ...['*/5 * * * *', '0 3 1-5,7 * MON-FRI', '@every 90s', '@daily', '1 2 30 2 *', '0 0 29 2 *'],
    ...[
      '100m',
      '1.5Gi',
      '2e3',
      '-1',
      '0-5,7,9-11',
      '$(A) $$(B) $(C',
      '/api/v1/namespaces/a/pods/b/log',
    ],
    '[{"op":"replace","path":"/spec/list/1/a","value":5},{"op":"test","path":"/metadata/name","value":"a"},{"op":"move","from":"/spec/list","path":"/x"}]',
    '{"metadata":{"labels":{"app":null,"x":"y"}},"spec":null}',
  ],
  words: [
    ...[
      ' in (',
      ' notin (',
      ')',
      ',',
      '!',
      '=',
      '!=',
      '*/',
      'L',
      '#',
      'W',
      '@every ',
      'Gi',
      'e',
      '$(',
    ],
    ...['"op":"', 'copy', '"path":"/', '~1', '~0', '/-', '__proto__', 'constructor'],
  ],
  isJson: true,
  read(input) {
    const text = input.toString();
    parseQuantity(text);
    parseTarget(text);
    expand(text, () => 'value');
    const patch = parsed(text);
    tryAll(
      [
        () => parseLabelSelector(text)({ app: 'web' }),
        () => parseFieldSelector(pods, text),
        () => parseIndexes(text),
        () => runs(text),
        () => patch !== undefined && jsonPatch(object, patch),
        () => patch !== undefined && mergePatch(object, patch),
      ],
      expects,
    );
  },
  expects,
};

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A schedule that validation accepts must be one that the controller can follow. */
function runs(schedule: string): void {
  const errors = new FieldErrors();
  const job = {
    metadata: { name: 'a' },
    spec: { schedule, jobTemplate: { spec: { template: {} } } },
  };
  checkCronJob(job as never, errors);
  errors.throwIfAny('a');
  const found = parseSchedule(schedule, undefined);
  found.next(now);
  found.latest(now, now - 3_600_000);
  found.hasMoreThan(100, now - 3_600_000, now);
}
