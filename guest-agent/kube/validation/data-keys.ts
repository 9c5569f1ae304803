import type { KubeObject } from '../objects/kube-object.ts';
import type { FieldErrors } from './field-errors.ts';
import { dataKey } from './names.ts';

const FIELDS = ['data', 'binaryData', 'stringData'] as const;

type Data = KubeObject & {
  readonly [field in (typeof FIELDS)[number]]?: Readonly<Record<string, string>>;
};

/** Checks the keys of a ConfigMap or a Secret: volumes show them as files. */
export function checkData(object: Data, errors: FieldErrors): void {
  for (const field of FIELDS) {
    for (const key of Object.keys(object[field] ?? {})) {
      const wrong = dataKey(key);
      if (wrong) errors.invalid(`${field}[${key}]`, key, wrong);
    }
  }
}
