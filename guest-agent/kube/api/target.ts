import { percentDecoded } from '../../grammar/percent-decoded.ts';
import { KubeError, unknownPath } from '../kube-error.ts';
import type { ObjectKey } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import { answeredResources, resources } from '../objects/resources.ts';

/** What the path of a request is about. */
export interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name?: string;
  /** Such as `status` or `log`. */
  readonly subresource?: string;
}

/** Undefined if the path isn't one of a resource. Throws KubeError 'BadRequest'. */
export function parseTarget(path: string): Target | undefined {
  const words = path
    .split('/')
    .slice(1)
    .map((word) => {
      const decoded = percentDecoded(word);
      if (decoded === undefined) throw new KubeError('BadRequest', `invalid URL escape in ${word}`);
      return decoded;
    });
  const [root, ...rest] = words;
  if (root === 'api') return parseResource('', rest);
  const [group, ...version] = rest;
  return root === 'apis' && group !== undefined ? parseResource(group, version) : undefined;
}

function parseResource(group: string, words: readonly string[]): Target | undefined {
  const [version, ...rest] = words;
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2 && !isOfNamespace(rest);
  const namespace = isInNamespace ? rest[1] : undefined;
  const [plural, name, ...subresource] = isInNamespace ? rest.slice(2) : rest;
  const resource = [...resources, ...answeredResources].find(
    (known) => known.group === group && known.version === version && known.plural === plural,
  );
  if (resource === undefined || (isInNamespace && !resource.isNamespaced)) return undefined;
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name ? { name } : {}),
    ...(subresource.length > 0 ? { subresource: subresource.join('/') } : {}),
  };
}

/** Whether the third word is a subresource of the namespace itself. */
function isOfNamespace([, , third]: readonly string[]): boolean {
  return third === 'status' || third === 'finalize';
}

/** Throws KubeError 'NotFound' if the path has no name. */
export function keyOfTarget({ resource, namespace, name }: Target): ObjectKey {
  if (name === undefined || (resource.isNamespaced && namespace === undefined)) {
    throw unknownPath();
  }
  return namespace === undefined ? { name } : { namespace, name };
}
