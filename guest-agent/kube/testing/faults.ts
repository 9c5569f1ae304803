import { setTimeout } from 'node:timers/promises';
import type { ApiRequest } from '../api/api.ts';
import type { Verb } from '../api/dispatch.ts';
import { KubeError } from '../kube-error.ts';

/** Which requests fail, and how. */
export interface Fault {
  /** Without it, all verbs. */
  readonly verb?: Verb;
  /** The plural name, such as `deployments`. Without it, all resources. */
  readonly resource?: string;
  readonly kind: 'unauthorized' | 'forbidden' | 'too-many-requests' | 'conflict' | 'drop' | 'delay';
  /** How many requests fail. Without it, all of them. */
  readonly times?: number;
  readonly delayMs?: number;
}

/** The faults that a test has asked for. */
export class Faults {
  #faults: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** Throws what the client gets. False if it gets no answer. */
  async apply({ target, signal }: ApiRequest, verb: Verb): Promise<boolean> {
    const { plural, group } = target.resource;
    const found = this.#faults.find(
      ({ fault, left }) =>
        left > 0 && (fault.verb ?? verb) === verb && (fault.resource ?? plural) === plural,
    );
    if (found === undefined) return true;
    found.left -= 1;
    const { name = '' } = target;
    const what = group === '' ? plural : `${plural}.${group}`;
    switch (found.fault.kind) {
      case 'unauthorized':
        throw new KubeError('Unauthorized', 'Unauthorized');
      case 'forbidden':
        throw new KubeError(
          'Forbidden',
          `${what} ${name && `"${name}" `}is forbidden: User "developer" cannot ${verb} resource "${plural}" in API group "${group}" in the namespace "${target.namespace ?? ''}"`,
        );
      case 'too-many-requests':
        throw new KubeError(
          'TooManyRequests',
          'the server has received too many requests and has asked us to try again later',
        );
      case 'conflict':
        throw new KubeError(
          'Conflict',
          `Operation cannot be fulfilled on ${what} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
        );
      case 'drop':
        return false;
      case 'delay':
        await setTimeout(found.fault.delayMs ?? 1000, undefined, { signal });
        return true;
    }
  }
}
