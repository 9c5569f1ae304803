import type { Ingress } from 'kubernetes-types/networking/v1.js';
import { KubeError } from '../../kube-error.ts';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { ingressClasses } from '../../objects/resources.ts';

const CONTROLLER = 'berth.io/ingress';
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
/** The name before there was a field. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Creates Berth's own class, which is the default. Idempotent. */
export async function createIngressClass(objects: Objects): Promise<void> {
  const metadata = { name: 'berth', annotations: { [DEFAULT_CLASS]: 'true' } };
  const spec = { controller: CONTROLLER };
  await objects.create(ingressClasses, { metadata, spec }).catch((error) => {
    if (!(error instanceof KubeError) || error.reason !== 'AlreadyExists') throw error;
  });
}

/**
 * Whether Berth serves an Ingress: unless its class is one of another controller that runs in the
 * cluster. So a manifest for `nginx` or `traefik` works without these.
 */
export function isServed(objects: Objects, { spec, metadata }: Stored<Ingress>): boolean {
  const name = spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];
  const found = name === undefined ? undefined : objects.get(ingressClasses, { name });
  return found === undefined || found.spec?.controller === CONTROLLER;
}
