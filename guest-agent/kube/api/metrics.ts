import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { KubeError, unknownPath } from '../kube-error.ts';
import type { KubeObject, Stored } from '../objects/kube-object.ts';
import { apiVersionOf, type Resource } from '../objects/resource.ts';
import { nodes, podMetrics, pods } from '../objects/resources.ts';
import { timestamp } from '../objects/timestamp.ts';
import type { Api, ApiRequest, Reply } from './api.ts';
import type { Meter, Usage } from './meter.ts';
import { selectionOf } from './selectors/selection.ts';

const WINDOW = '1s';

/** Answers `kubectl top`. Throws KubeError 'NotFound'. */
export async function metrics(api: Api, request: ApiRequest): Promise<Reply> {
  const { target, signal } = request;
  const { resource, name } = target;
  const { meter } = api;
  if (meter === undefined) {
    throw unknownPath();
  }
  const measured =
    resource === podMetrics
      ? await Promise.all(selected(api, request, pods).map((pod) => ofPod(meter, pod, signal)))
      : await Promise.all(selected(api, request, nodes).map((node) => ofNode(meter, node, signal)));
  const items = measured.filter((item) => item !== undefined);
  const apiVersion = apiVersionOf(resource);
  if (name !== undefined) {
    const [item] = items;
    if (item === undefined) {
      const message = `${resource.plural}.${resource.group} "${name}" not found`;
      throw new KubeError('NotFound', message);
    }
    return { kind: 'object', status: 200, body: { kind: resource.kind, apiVersion, ...item } };
  }
  const list = { kind: `${resource.kind}List`, apiVersion, metadata: {}, items };
  return { kind: 'object', status: 200, body: list };
}

function selected<T extends KubeObject>(
  { objects }: Api,
  { target, query }: ApiRequest,
  resource: Resource<T>,
): Stored<T>[] {
  const { namespace, name } = target;
  const place = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const selects = selectionOf({ resource, ...place }, query);
  return objects.list(resource, namespace).filter((object) => selects(object));
}

async function ofPod(meter: Meter, pod: Stored<Pod>, signal: AbortSignal) {
  const usages = await meter.pod(pod, signal);
  if (usages.size === 0) return undefined;
  const containers = [...usages].map(([name, usage]) => ({ name, usage: quantities(usage) }));
  return { ...about(pod.metadata), containers };
}

async function ofNode(meter: Meter, { metadata }: Stored<Node>, signal: AbortSignal) {
  return { ...about(metadata), usage: quantities(await meter.node(signal)) };
}

function about({ name, namespace, labels }: Stored<Pod>['metadata']) {
  const now = timestamp();
  return {
    metadata: {
      ...{ name, creationTimestamp: now },
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    },
    ...{ timestamp: now, window: WINDOW },
  };
}

const quantities = ({ cpu, memory }: Usage) => ({
  cpu: `${Math.round(cpu * 1e9)}n`,
  memory: `${Math.ceil(memory / 1024)}Ki`,
});
