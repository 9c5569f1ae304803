import type { ConfigMap, Secret } from 'kubernetes-types/core/v1.js';
import type { FieldErrors } from './field-errors.ts';
import { dataKey } from './names.ts';

const FIELDS = ['data', 'binaryData', 'stringData'] as const;

/** Checks the keys of a ConfigMap or a Secret: volumes show them as files. */
export function checkData(object: ConfigMap & Secret, errors: FieldErrors): void {
  for (const field of FIELDS) {
    for (const key of Object.keys(object[field] ?? {})) {
      const wrong = dataKey(key);
      if (wrong) errors.invalid(`${field}[${key}]`, key, wrong);
    }
  }
}
