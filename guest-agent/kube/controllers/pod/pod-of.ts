import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import { NODE_NAME } from '../../objects/node-name.ts';
import { controllerReference } from '../ownership/owner-reference.ts';

/** A pod of a controller, from the template for its pods. Names and more labels come on top. */
export function podOf(
  owner: Stored<KubeObject>,
  template: PodTemplateSpec,
  metadata: {
    readonly name: string;
    readonly generateName?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: string[];
  },
): Pod {
  const { labels, annotations, finalizers = [] } = template.metadata ?? {};
  const { namespace } = owner.metadata;
  const allAnnotations = { ...annotations, ...metadata.annotations };
  const allFinalizers = [...finalizers, ...(metadata.finalizers ?? [])];
  return {
    metadata: {
      name: metadata.name,
      ...(metadata.generateName === undefined ? {} : { generateName: metadata.generateName }),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labels, ...metadata.labels },
      ...(Object.keys(allAnnotations).length > 0 ? { annotations: allAnnotations } : {}),
      ...(allFinalizers.length > 0 ? { finalizers: allFinalizers } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { containers: [], ...template.spec, nodeName: NODE_NAME },
    status: { phase: 'Pending' },
  };
}
