import { KubeError } from '../kube-error.ts';
import type { Resource } from '../objects/resource.ts';

/** A type of Kubernetes' API, in the form of its published description (OpenAPI v2). */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

export type Definitions = Readonly<Record<string, Schema>>;

const PREFIX = '#/definitions/';

/** The types of all kinds that the API serves. */
export class Schemas {
  readonly definitions: Definitions;
  readonly #kinds = new Map<string, string>();

  constructor(definitions: Definitions) {
    this.definitions = definitions;
    for (const [name, schema] of Object.entries(definitions)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        this.#kinds.set(`${group}/${version}/${kind}`, name);
      }
    }
  }

  of({ group, version, kind }: Pick<Resource, 'group' | 'version' | 'kind'>): Schema {
    const name = this.#kinds.get(`${group}/${version}/${kind}`);
    if (name === undefined) throw new Error(`There is no schema of ${group}/${version} ${kind}`);
    return { $ref: `${PREFIX}${name}` };
  }

  /** Throws KubeError 'BadRequest' for a kind that the API doesn't have. */
  ofKind(apiVersion: string, kind: string): Schema {
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const name =
      kind === 'DeleteOptions'
        ? 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'
        : this.#kinds.get(`${group}/${version}/${kind}`);
    if (name !== undefined) return { $ref: `${PREFIX}${name}` };
    throw new KubeError(
      'BadRequest',
      `no kind "${kind}" is registered for version "${apiVersion}"`,
    );
  }

  /** The schema itself instead of a reference, with what belongs only to this place. */
  resolve(schema: Schema): Schema {
    const name = typeName(schema);
    return name === undefined ? schema : { ...this.definitions[name], ...schema };
  }
}

/** The full name of a type, such as `io.k8s.api.core.v1.PodSpec`. Undefined for plain ones. */
export function typeName({ $ref }: Schema): string | undefined {
  return $ref?.startsWith(PREFIX) ? $ref.slice(PREFIX.length) : undefined;
}

let loaded: Promise<Schemas> | undefined;

/** Reads the description on first use. */
export function loadSchemas(): Promise<Schemas> {
  loaded ??= import('./definitions.json', { with: { type: 'json' } }).then(
    ({ default: definitions }) => new Schemas(definitions as Definitions),
  );
  return loaded;
}
