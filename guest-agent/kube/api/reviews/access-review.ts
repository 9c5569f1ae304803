import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import type { Rights } from '../rights.ts';
import { isPublicPath } from './public-paths.ts';

const resourceAttributes = z.looseObject({
  namespace: z.string().optional(),
  verb: z.string().default('*'),
  group: z.string().default(''),
  resource: z.string().default('*'),
  subresource: z.string().optional(),
  name: z.string().optional(),
});
const nonResourceAttributes = z.looseObject({
  path: z.string().default(''),
  verb: z.string().default('*'),
});

/** What somebody may want to do: something with objects, or with other paths. */
export const actionSchema = z.looseObject({
  resourceAttributes: resourceAttributes.optional(),
  nonResourceAttributes: nonResourceAttributes.optional(),
});
export type ReviewedAction = z.infer<typeof actionSchema>;

/** Whether somebody with these rights, or with all, may do this. Throws KubeError 'BadRequest'. */
export function isPermitted(action: ReviewedAction, rights: Rights | undefined): boolean {
  const { resourceAttributes: object, nonResourceAttributes: other } = action;
  if ((object === undefined) === (other === undefined)) {
    const message = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw new KubeError('BadRequest', message);
  }
  if (rights === undefined) return true;
  if (other) return rights.mayAll || isPublicPath(other.verb, other.path);
  const { subresource, resource = '', namespace, name, verb = '*', group = '' } = object ?? {};
  const what = subresource ? `${resource}/${subresource}` : resource;
  const place = { namespace: namespace || undefined, name: name || undefined };
  return rights.may({ verb, group, resource: what, ...place });
}
