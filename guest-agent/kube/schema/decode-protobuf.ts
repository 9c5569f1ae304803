import { KubeError } from '../kube-error.ts';
import type { Json, JsonObject } from './decode.ts';
import type { MessageNumbers } from './protobuf-fields.ts';
import { type Schema, type Schemas, typeName } from './schemas.ts';
import { type WireField, wireFields } from './wire.ts';

/** What Kubernetes puts before each message. */
const MAGIC = Buffer.from('k8s\0');
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Fields that are sent only if the author set them, so that 0 and `false` count. */
const POINTERS = new Set([
  ...['automountServiceAccountToken', 'enableServiceLinks', 'shareProcessNamespace', 'hostUsers'],
  ...['runAsNonRoot', 'allowPrivilegeEscalation', 'readOnlyRootFilesystem', 'privileged'],
  ...['controller', 'blockOwnerDeletion', 'immutable', 'suspend', 'optional'],
  ...['allocateLoadBalancerNodePorts', 'allowVolumeExpansion', 'setHostnameAsFQDN'],
  ...['replicas', 'partition', 'parallelism', 'completions', 'backoffLimit', 'priority'],
  ...['revisionHistoryLimit', 'terminationGracePeriodSeconds', 'gracePeriodSeconds'],
  ...['ttlSecondsAfterFinished', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'],
  ...['runAsUser', 'runAsGroup', 'fsGroup', 'activeDeadlineSeconds', 'startingDeadlineSeconds'],
]);

/**
 * Reads an object in Kubernetes' own protobuf form, in which `kubectl create` sends some. Throws
 * KubeError 'BadRequest'.
 */
export function decodeProtobuf(schemas: Schemas, numbers: MessageNumbers, bytes: Buffer): Json {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new KubeError('BadRequest', 'the body of the request has no Kubernetes object');
  }
  try {
    const unknown = fieldsByNumber(bytes.subarray(MAGIC.length));
    const type = fieldsByNumber(bytesOf(unknown.get(1)));
    const [apiVersion, kind] = [1, 2].map((number) => bytesOf(type.get(number)).toString());
    const schema = schemas.ofKind(apiVersion ?? '', kind ?? '');
    const object = new Decoder(schemas, numbers).message(schema, bytesOf(unknown.get(2)));
    return { apiVersion: apiVersion ?? '', kind: kind ?? '', ...object };
  } catch (cause) {
    if (cause instanceof KubeError) throw cause;
    throw new KubeError('BadRequest', 'the body of the request can not be decoded', { cause });
  }
}

/** The fields of a message. Lists and maps grow in place: each item and entry is a field of its own. */
class Gathered {
  readonly #fields = new Map<string, Json | Map<string, Json>>();

  set(field: string, value: Json): void {
    this.#fields.set(field, value);
  }

  append(field: string, item: Json): void {
    const items = this.#fields.get(field);
    if (Array.isArray(items)) items.push(item);
    else this.#fields.set(field, [item]);
  }

  put(field: string, key: string, value: Json): void {
    const entries = this.#fields.get(field);
    if (entries instanceof Map) entries.set(key, value);
    else this.#fields.set(field, new Map([[key, value]]));
  }

  object(): JsonObject {
    return Object.fromEntries(
      [...this.#fields].map(([field, value]) => [
        field,
        value instanceof Map ? Object.fromEntries(value) : value,
      ]),
    );
  }
}

class Decoder {
  readonly #schemas: Schemas;
  readonly #numbers: MessageNumbers;

  constructor(schemas: Schemas, numbers: MessageNumbers) {
    this.#schemas = schemas;
    this.#numbers = numbers;
  }

  message(schema: Schema, bytes: Buffer): JsonObject {
    const { properties = {} } = this.#schemas.resolve(schema);
    return this.#fields(typeName(schema) ?? '', properties, bytes);
  }

  #fields(name: string, properties: Schema['properties'], bytes: Buffer): JsonObject {
    const gathered = new Gathered();
    for (const { number, value } of wireFields(bytes)) {
      const field = this.#numbers[name]?.[number];
      if (field?.startsWith('=')) {
        // In JSON, the fields of this message are among those of the outer one.
        const inner = this.#fields(field.slice(1), properties, bytesOf({ number, value }));
        for (const [key, part] of Object.entries(inner)) gathered.set(key, part);
        continue;
      }
      const schema = field === undefined ? undefined : properties?.[field];
      if (field !== undefined && schema) this.#add(gathered, field, schema, { number, value });
    }
    return gathered.object();
  }

  #add(gathered: Gathered, field: string, reference: Schema, wire: WireField): void {
    const schema = this.#schemas.resolve(reference);
    if (schema.type === 'array') {
      gathered.append(field, this.#value(schema.items ?? {}, wire) ?? null);
    } else if (schema.additionalProperties) {
      const entry = fieldsByNumber(bytesOf(wire));
      const key = bytesOf(entry.get(1)).toString();
      const value = this.#value(
        schema.additionalProperties,
        entry.get(2) ?? { number: 2, value: Buffer.alloc(0) },
      );
      gathered.put(field, key, value ?? '');
    } else {
      const value = this.#value(reference, wire);
      const isZero = value === 0 || value === false;
      const isUnset = value === '' || (isZero && !POINTERS.has(field));
      if (value !== undefined && !isUnset) gathered.set(field, value);
    }
  }

  #value(reference: Schema, wire: WireField): Json | undefined {
    const name = typeName(reference);
    const schema = this.#schemas.resolve(reference);
    if (name?.endsWith('.resource.Quantity')) {
      return bytesOf(fieldsByNumber(bytesOf(wire)).get(1)).toString();
    }
    if (name === `${META}.Time` || name === `${META}.MicroTime`) return timeOf(bytesOf(wire));
    if (name?.endsWith('.intstr.IntOrString')) return intOrString(bytesOf(wire));
    if (name === `${META}.FieldsV1` || name?.endsWith('.runtime.RawExtension')) {
      const text = bytesOf(fieldsByNumber(bytesOf(wire)).get(1)).toString();
      return text === '' ? undefined : JSON.parse(text);
    }
    switch (schema.type) {
      case 'boolean':
        return wire.value === 1n;
      case 'integer':
        return typeof wire.value === 'bigint' ? Number(BigInt.asIntN(64, wire.value)) : undefined;
      case 'number':
        return bytesOf(wire).readDoubleLE();
      case 'string':
        return bytesOf(wire).toString(schema.format === 'byte' ? 'base64' : 'utf8');
      default:
        return this.message(reference, bytesOf(wire));
    }
  }
}

const fieldsByNumber = (bytes: Buffer) =>
  new Map([...wireFields(bytes)].map((field) => [field.number, field]));

function bytesOf(field: WireField | undefined): Buffer {
  if (field === undefined) return Buffer.alloc(0);
  if (typeof field.value === 'bigint') throw new Error('a number stands where bytes must be');
  return field.value;
}

function numberOf(field: WireField | undefined): number {
  return typeof field?.value === 'bigint' ? Number(BigInt.asIntN(64, field.value)) : 0;
}

/** An empty message is the time that was never set. */
function timeOf(bytes: Buffer): string | undefined {
  const fields = fieldsByNumber(bytes);
  if (!fields.has(1)) return undefined;
  const milliseconds = numberOf(fields.get(1)) * 1000;
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

function intOrString(bytes: Buffer): Json {
  const fields = fieldsByNumber(bytes);
  return numberOf(fields.get(1)) === 1
    ? bytesOf(fields.get(3)).toString()
    : numberOf(fields.get(2));
}
