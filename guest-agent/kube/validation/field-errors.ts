import { KubeError, type KubeErrorCause } from '../kube-error.ts';

/** The mistakes of one object, each at its field, in Kubernetes' words. */
export class FieldErrors {
  readonly #causes: KubeErrorCause[] = [];

  required(field: string, detail = ''): void {
    this.#add('FieldValueRequired', field, `Required value${detail && `: ${detail}`}`);
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, `Invalid value: ${shown(value)}: ${detail}`);
  }

  duplicate(field: string, value: unknown): void {
    this.#add('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`);
  }

  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    const values = supported.map((one) => JSON.stringify(one)).join(', ');
    this.#add(
      'FieldValueNotSupported',
      field,
      `Unsupported value: ${shown(value)}: supported values: ${values}`,
    );
  }

  notFound(field: string, value: unknown): void {
    this.#add('FieldValueNotFound', field, `Not found: ${shown(value)}`);
  }

  forbidden(field: string, detail: string): void {
    this.#add('FieldValueForbidden', field, `Forbidden: ${detail}`);
  }

  /** Throws KubeError 'Invalid'. */
  throwIfAny(objectName: string): void {
    const [first] = this.#causes;
    if (first === undefined) return;
    const lines = this.#causes.map(({ field, message }) => `${field}: ${message}`);
    const text = lines.length === 1 ? lines.join('') : `[${lines.join(', ')}]`;
    throw new KubeError('Invalid', text, { causes: this.#causes, objectName });
  }

  #add(reason: string, field: string, message: string): void {
    this.#causes.push({ reason, field, message });
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
