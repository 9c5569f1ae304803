import { createHash } from 'node:crypto';
import { apiVersionOf, type Resource } from '../objects/resource.ts';
import { resources, reviewResources } from '../objects/resources.ts';
import type { Schemas } from '../schema/schemas.ts';

/** Parameters of writes that clients look for before they use them. */
const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  ...{ name, in: 'query', schema: { type: 'string', uniqueItems: true } },
}));

/** Clients look up in a description whether the server validates what they send. */
const described = [...resources, ...reviewResources];

const versions = [...new Set(described.map(apiVersionOf))];

const pathOf = (version: string) => (version === 'v1' ? 'api/v1' : `apis/${version}`);

/**
 * The description of the API in the form of OpenAPI v3: an index, and a document for each group.
 * Undefined for other paths.
 */
export function openApi(schemas: Schemas, path: string): object | undefined {
  if (path === '/openapi/v3') {
    const paths = versions.map((version) => {
      const url = `/openapi/v3/${pathOf(version)}?hash=${hashOf(schemas)}`;
      return [pathOf(version), { serverRelativeURL: url }];
    });
    return { paths: Object.fromEntries(paths) };
  }
  const version = versions.find((known) => path === `/openapi/v3/${pathOf(known)}`);
  return version === undefined ? undefined : document(schemas, version);
}

function document(schemas: Schemas, version: string): object {
  const own = described.filter((resource) => apiVersionOf(resource) === version);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(own.map((resource) => [objectPath(resource), operations(resource)])),
    components: { schemas: JSON.parse(definitionsText(schemas)) },
  };
}

function objectPath(resource: Resource): string {
  const namespace = resource.isNamespaced ? '/namespaces/{namespace}' : '';
  return `/${pathOf(apiVersionOf(resource))}${namespace}/${resource.plural}/{name}`;
}

function operations({ group, version, kind }: Resource): object {
  const about = { 'x-kubernetes-group-version-kind': { group, version, kind } };
  const responses = { 200: { description: 'OK' } };
  const operation = (action: string) => ({
    ...{ 'x-kubernetes-action': action, ...about, parameters, responses },
  });
  return {
    ...{ get: operation('get'), put: operation('put') },
    ...{ patch: operation('patch'), delete: operation('delete') },
  };
}

let text: string | undefined;

function definitionsText({ definitions }: Schemas): string {
  text ??= JSON.stringify(definitions).replaceAll('#/definitions/', '#/components/schemas/');
  return text;
}

/** Clients keep a document as long as its hash is the same. */
function hashOf(schemas: Schemas): string {
  return createHash('sha256').update(definitionsText(schemas)).digest('hex').slice(0, 32);
}
