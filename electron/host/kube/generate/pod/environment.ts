import type { EnvVar } from 'kubernetes-types/core/v1.js';
import { splitEntry } from '../../../../../guest-agent/grammar/key-values.ts';
import { literal } from './literal.ts';
import { isSecretName } from './secret-name.ts';

export interface Environment {
  readonly env: readonly EnvVar[];
  /** The values of variables with secret names, which become a Secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The variables of a container. Those with names such as `DB_PASSWORD` come from the Secret. */
export function environmentOf(entries: readonly string[], secretName: string): Environment {
  const secrets: Record<string, string> = {};
  const env = entries.flatMap((entry): EnvVar[] => {
    const [name, value] = splitEntry(entry);
    // Without a value, the entry removes a variable of the image, which Kubernetes can't do.
    if (value === undefined) return [];
    if (!isSecretName(name) || value === '') return [{ name, value: literal(value) }];
    secrets[name] = value;
    return [{ name, valueFrom: { secretKeyRef: { name: secretName, key: name } } }];
  });
  return { env, secrets };
}
