import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resources, reviewResources } from '../guest-agent/kube/objects/resources.ts';
import { messageNumbers } from './kube-protobuf.ts';

/*
 * Writes guest-agent/kube/schema/definitions.json from Kubernetes' published description of its API
 * (`api/openapi-spec/swagger.json` in its repository): only the kinds that Berth serves, and of
 * them only names, types and what merging needs. Writes protobuf-fields.json from the files
 * `generated.proto` of its repositories `api` and `apimachinery`.
 */

interface Definition {
  readonly [part: string]: unknown;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

const KEPT = new Set([
  ...['properties', 'required', 'type', 'format', 'items', 'additionalProperties', '$ref'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'],
  ...['x-kubernetes-patch-merge-key', 'x-kubernetes-patch-strategy'],
]);

/** Kinds of requests, which aren't stored. */
const requestKinds = [
  { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  ...reviewResources,
  { group: 'policy', version: 'v1', kind: 'Eviction' },
  { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
];

const [path, protos] = process.argv.slice(2);
if (path === undefined || protos === undefined) {
  throw new Error('Usage: npm run generate:kube -- SWAGGER.JSON DIRECTORY-OF-PROTO-FILES');
}
const { definitions }: { definitions: Record<string, Definition> } = JSON.parse(
  await readFile(path, 'utf8'),
);
const found = new Map<string, object>();

/** Keeps what matters of a schema, whose properties may have any name, and what it refers to. */
function pruned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name]) => KEPT.has(name));
  return Object.fromEntries(
    entries.map(([name, part]) => {
      if (name === '$ref') visit(String(part).replace('#/definitions/', ''));
      if (name !== 'properties') return [name, pruned(part)];
      const properties = Object.entries(part as object);
      return [name, Object.fromEntries(properties.map(([key, schema]) => [key, pruned(schema)]))];
    }),
  );
}

function visit(name: string): void {
  const definition = definitions[name];
  if (found.has(name) || definition === undefined) return;
  found.set(name, {});
  const kinds = definition['x-kubernetes-group-version-kind'];
  found.set(name, {
    ...(pruned(definition) as object),
    // Kinds of requests, such as DeleteOptions, belong to every group.
    ...(kinds?.length === 1 ? { 'x-kubernetes-group-version-kind': kinds } : {}),
  });
}

for (const { group, version, kind } of [...resources, ...requestKinds]) {
  const root = Object.entries(definitions).find(([, definition]) =>
    definition['x-kubernetes-group-version-kind']?.some(
      (of) => of.group === group && of.version === version && of.kind === kind,
    ),
  );
  if (root === undefined) throw new Error(`There is no kind ${kind} of ${group}/${version}`);
  visit(root[0]);
}
visit('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');
const lines = [...found]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, definition]) => `${JSON.stringify(name)}:${JSON.stringify(definition)}`);
const directory = join(import.meta.dirname, '../guest-agent/kube/schema');
await writeFile(join(directory, 'definitions.json'), `{\n${lines.join(',\n')}\n}\n`);
const numbers = Object.entries(await messageNumbers(protos, found))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`);
await writeFile(join(directory, 'protobuf-fields.json'), `{\n${numbers.join(',\n')}\n}\n`);
