import { HostError } from '../../host/base/errors.ts';
import type { KubeResource, KubeResources } from '../../host/kube/client/resources.ts';

export interface NamedObject {
  readonly resource: KubeResource;
  readonly name: string;
}

/** The objects of operands: `deploy/web pod/a`, or `deploy web api`. Throws HostError 'invalid'. */
export async function namedObjects(
  resources: KubeResources,
  words: readonly string[],
): Promise<NamedObject[]> {
  const [first, ...names] = words;
  if (first === undefined) return [];
  if (!first.includes('/')) {
    if (names.length === 0 || names.some((name) => name.includes('/'))) {
      throw new HostError('invalid', `name an object: ${first}/NAME`);
    }
    const resource = await resources.named(first);
    return names.map((name) => ({ resource, name }));
  }
  return Promise.all(
    words.map(async (word) => {
      const [kind = '', name = '', ...rest] = word.split('/');
      if (name === '' || rest.length > 0) {
        throw new HostError('invalid', `"${word}" isn't KIND/NAME, such as deploy/web`);
      }
      return { resource: await resources.named(kind), name };
    }),
  );
}
