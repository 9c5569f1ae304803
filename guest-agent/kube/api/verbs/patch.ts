import { KubeError } from '../../kube-error.ts';
import { isObject, type Json } from '../../schema/decode.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { contentType } from '../body.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { represent } from '../table/represent.ts';
import { applyPatch } from './apply-patch.ts';
import { currentObject, replace } from './update.ts';
import { asJson, placed, readObject } from './write.ts';

/** How often a patch starts again because the object has changed meanwhile. */
const ATTEMPTS = 5;

export async function patch(api: Api, request: ApiRequest): Promise<Reply> {
  const type = contentType(String(request.headers['content-type'] ?? ''));
  if (type === 'application/apply-patch+yaml') return applyPatch(api, request);
  const body = await request.body();
  if (body === undefined)
    throw new KubeError('BadRequest', 'The request needs a patch as its body.');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await patchOnce(api, request, type, body);
    } catch (error) {
      const isRace = error instanceof KubeError && error.reason === 'Conflict';
      if (!isRace || attempt === ATTEMPTS || setsVersion(body)) throw error;
    }
  }
}

async function patchOnce(api: Api, request: ApiRequest, type: string, body: Json): Promise<Reply> {
  const { target, query, headers } = request;
  const { resource } = target;
  const current = currentObject(api, request);
  const patched = patchedObject(api, request, type, asJson(current), body);
  const { object, warnings } = readObject(api, request, patched);
  const stored = await replace(api, request, current, placed(target, object));
  const represented = represent(resource, stored, headers, query);
  return { kind: 'object', status: 200, body: represented, warnings };
}

function patchedObject(
  { schemas }: Api,
  { target }: ApiRequest,
  type: string,
  current: Json,
  body: Json,
): Json {
  switch (type) {
    case 'application/json-patch+json':
      return jsonPatch(current, body);
    case 'application/merge-patch+json':
      return mergePatch(current, body);
    case 'application/strategic-merge-patch+json':
      return strategicMergePatch(schemas, schemas.of(target.resource), current, body);
    default:
      throw new KubeError(
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml`,
      );
  }
}

/** Whether the client wants to change only the version that it knows. */
function setsVersion(body: Json): boolean {
  if (Array.isArray(body)) return true;
  const metadata = isObject(body) ? body.metadata : undefined;
  return isObject(metadata) && metadata.resourceVersion !== undefined;
}
