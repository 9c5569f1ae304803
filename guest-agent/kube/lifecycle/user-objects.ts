import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { JOURNAL_FILE } from '../objects/journal-file.ts';

/*
 * Looks only at the names in the file of objects/journal.ts, so that an engine without objects of
 * Kubernetes doesn't load their code.
 */

const lineSchema = z.object({
  resource: z.string(),
  isDeleted: z.boolean().optional(),
  object: z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) }),
});

/** What the cluster creates for itself, before anybody has used it. */
const own: ReadonlySet<string> = new Set([
  ...['namespaces default', 'namespaces kube-system', 'nodes berth'],
  ...['serviceaccounts default/default', 'serviceaccounts kube-system/default'],
  ...['services default/kubernetes', 'endpoints default/kubernetes'],
  'endpointslices.discovery.k8s.io default/kubernetes',
  ...['configmaps default/kube-root-ca.crt', 'configmaps kube-system/kube-root-ca.crt'],
  ...['storageclasses.storage.k8s.io berth', 'ingressclasses.networking.k8s.io berth'],
]);

/** Whether there are objects besides those of every cluster. A damaged line counts as one. */
export async function holdsUserObjects(directory: string): Promise<boolean> {
  const objects = new Set<string>();
  try {
    const lines = createInterface({ input: createReadStream(join(directory, JOURNAL_FILE)) });
    for await (const text of lines) {
      const { name, isDeleted } = nameIn(text);
      if (isDeleted) objects.delete(name);
      else if (!own.has(name)) objects.add(name);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  return objects.size > 0;
}

function nameIn(text: string): { readonly name: string; readonly isDeleted: boolean } {
  try {
    const { resource, isDeleted = false, object } = lineSchema.parse(JSON.parse(text));
    const { namespace, name } = object.metadata;
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    return { name: `${resource} ${key}`, isDeleted };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    // The start of Kubernetes reports it.
    return { name: text, isDeleted: false };
  }
}
