import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { Resource } from '../../objects/resource.ts';
import type { Json } from '../../schema/decode.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { contentType } from '../body.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { currentObject, replace } from '../verbs/update.ts';
import { selectorText } from './selector-text.ts';

const scaleSchema = z.object({
  metadata: z.object({ resourceVersion: z.string().optional() }).optional(),
  spec: z.object({ replicas: z.number().int().optional() }).optional(),
});

const scalable = ['Deployment', 'ReplicaSet', 'StatefulSet'];

export const isScalable = ({ kind }: Resource) => scalable.includes(kind);

/** An object with replicas. */
type Scaled = Stored<KubeObject> & {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Record<string, string> };
  };
  readonly status?: { readonly replicas?: number };
};

/** Reads or sets how many replicas an object has, in the form of `autoscaling/v1 Scale`. */
export async function scale(api: Api, request: ApiRequest): Promise<Reply> {
  const current: Scaled = currentObject(api, request);
  if (request.method === 'GET') return reply(current);
  const body = await request.body();
  const wanted = scaleSchema.safeParse(
    request.method === 'PUT' ? body : patched(request, scaleOf(current), body),
  );
  if (!wanted.success) {
    throw new KubeError('BadRequest', 'The request has no valid Scale', { cause: wanted.error });
  }
  const { spec, metadata } = wanted.data;
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw new KubeError('Invalid', `spec.replicas: ${message}`, {
      causes: [{ field: 'spec.replicas', reason: 'FieldValueInvalid', message }],
    });
  }
  const { resourceVersion } = metadata ?? {};
  const isGuarded = request.method === 'PUT' && resourceVersion;
  const scaled = {
    ...current,
    metadata: {
      ...current.metadata,
      ...(isGuarded ? { resourceVersion } : {}),
    },
    spec: { ...current.spec, replicas },
  };
  return reply(await replace(api, request, current, scaled));
}

function patched({ headers }: ApiRequest, scale: object, body: Json | undefined): Json {
  const type = contentType(String(headers['content-type'] ?? ''));
  const current = structuredClone(scale) as Json;
  return type === 'application/json-patch+json'
    ? jsonPatch(current, body ?? null)
    : mergePatch(current, body ?? null);
}

function scaleOf({ metadata, spec, status }: Scaled): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    ...{ kind: 'Scale', apiVersion: 'autoscaling/v1' },
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec?.replicas ?? 1 },
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec?.selector) },
  };
}

function reply(object: Scaled): Reply {
  return { kind: 'object', status: 200, body: scaleOf(object) };
}
