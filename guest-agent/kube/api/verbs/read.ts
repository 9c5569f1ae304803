import { KubeError } from '../../kube-error.ts';
import { apiVersionOf, resourceName } from '../../objects/resource.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { selectionOf } from '../selectors/selection.ts';
import { represent, representList } from '../table/represent.ts';
import { keyOfTarget } from '../target.ts';
import { watch } from './watch.ts';

export function get({ objects }: Api, { target, headers, query }: ApiRequest): Reply {
  const { resource } = target;
  const key = keyOfTarget(target);
  const object = objects.get(resource, key);
  if (object === undefined) {
    throw new KubeError('NotFound', `${resourceName(resource)} "${key.name}" not found`);
  }
  return { kind: 'object', status: 200, body: represent(resource, object, headers, query) };
}

/** `list`, or with `watch=true` everything that happens from then on. */
export function list(api: Api, request: ApiRequest): Reply {
  const { target, query, headers } = request;
  if (isTrue(query.get('watch'))) return watch(api, request);
  const { resource, namespace } = target;
  const selects = selectionOf(target, query);
  const from = readContinue(query.get('continue'));
  if (from) api.objects.changesSince(resource, from.version);
  const version = from?.version ?? api.objects.version;
  const found = api.objects
    .list(resource, namespace)
    .filter(selects)
    .slice(from?.start ?? 0);
  const limit = Number(query.get('limit') ?? 0) || found.length;
  const remaining = found.length - limit;
  const metadata = {
    resourceVersion: version,
    ...(remaining > 0
      ? {
          continue: writeContinue({ version, start: (from?.start ?? 0) + limit }),
          remainingItemCount: remaining,
        }
      : {}),
  };
  const body = {
    ...{ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata },
    items: found.slice(0, limit),
  };
  return { kind: 'object', status: 200, body: representList(resource, body, headers, query) };
}

export const isTrue = (text: string | null) => text === 'true' || text === '1' || text === '';

interface Continue {
  readonly version: string;
  readonly start: number;
}

const writeContinue = (from: Continue) => Buffer.from(JSON.stringify(from)).toString('base64url');

function readContinue(text: string | null): Continue | undefined {
  if (!text) return undefined;
  const [, version, start] =
    /^\{"version":"(\d+)","start":(\d+)\}$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (version === undefined) {
    throw new KubeError('BadRequest', 'continue key is not valid');
  }
  return { version, start: Number(start) };
}
