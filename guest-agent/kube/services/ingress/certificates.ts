import { createSecureContext, type SecureContext } from 'node:tls';
import type { Secret } from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { secrets } from '../../objects/resources.ts';
import { matchesHost } from './routes.ts';

interface Certificate {
  readonly hosts: readonly string[];
  readonly context: SecureContext;
}

export interface CertificateProblem {
  readonly ingress: Stored<Ingress>;
  readonly message: string;
}

/** The certificates of Ingresses, from their Secrets. */
export class Certificates {
  readonly #objects: Objects;
  readonly #contexts = new Map<string, SecureContext | Error>();
  #certificates: readonly Certificate[] = [];
  problems: readonly CertificateProblem[] = [];

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Reads the Secrets of these Ingresses again. */
  load(ingresses: readonly Stored<Ingress>[]): void {
    const problems: CertificateProblem[] = [];
    this.#certificates = ingresses.flatMap((ingress) =>
      (ingress.spec?.tls ?? []).flatMap(({ hosts = [], secretName }) => {
        const context = this.#contextOf(ingress, secretName ?? '');
        if (!(context instanceof Error)) return { hosts, context };
        problems.push({ ingress, message: context.message });
        return [];
      }),
    );
    this.problems = problems;
  }

  get isEmpty(): boolean {
    return this.#certificates.length === 0;
  }

  /** The certificate for the name that a client asks for; the first one for other names. */
  find(name: string): SecureContext | undefined {
    const named = this.#certificates.find(({ hosts }) =>
      hosts.some((host) => matchesHost(host.toLowerCase(), name.toLowerCase())),
    );
    return (named ?? this.#certificates[0])?.context;
  }

  #contextOf({ metadata }: Stored<Ingress>, name: string): SecureContext | Error {
    const namespace = metadata.namespace ?? 'default';
    const secret = this.#objects.get(secrets, { namespace, name });
    const where = `${namespace}/${name}`;
    if (secret === undefined) return new Error(`Secret "${where}" not found`);
    const { uid, resourceVersion } = secret.metadata;
    const key = `${uid} ${resourceVersion}`;
    const known = this.#contexts.get(key);
    if (known) return known;
    const made = contextFrom(secret, where);
    this.#contexts.set(key, made);
    return made;
  }
}

function contextFrom({ data = {} }: Stored<Secret>, where: string): SecureContext | Error {
  const read = (name: string) => Buffer.from(data[name] ?? '', 'base64');
  for (const name of ['tls.crt', 'tls.key']) {
    if (!data[name]) return new Error(`Secret "${where}" has no ${name}`);
  }
  try {
    return createSecureContext({ cert: read('tls.crt'), key: read('tls.key') });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new Error(`The certificate in Secret "${where}" can't be used: ${reason}`, { cause });
  }
}
