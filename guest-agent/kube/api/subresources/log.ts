import { KubeError } from '../../kube-error.ts';
import type { LogOptions } from '../../pods/pod-streams.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { keyOfTarget } from '../target.ts';
import { isTrue } from '../verbs/read.ts';

export async function log({ streams }: Api, { target, query, signal }: ApiRequest): Promise<Reply> {
  const lines = await streams.logs(keyOfTarget(target), logOptions(query));
  signal.addEventListener('abort', () => lines.destroy());
  return { kind: 'stream', contentType: 'text/plain', chunks: lines };
}

function logOptions(query: URLSearchParams): LogOptions {
  const flag = (name: string) => query.has(name) && isTrue(query.get(name));
  const container = query.get('container');
  const sinceTime = query.get('sinceTime');
  const numbers = Object.fromEntries(
    ['tailLines', 'sinceSeconds', 'limitBytes'].flatMap((name): [string, number][] => {
      const value = query.get(name);
      if (value === null) return [];
      if (!/^\d+$/.test(value)) {
        throw new KubeError('BadRequest', `${name} must be a number that is not negative`);
      }
      return [[name, Number(value)]];
    }),
  );
  return {
    ...{ follow: flag('follow'), previous: flag('previous'), timestamps: flag('timestamps') },
    ...(container ? { container } : {}),
    ...(sinceTime ? { sinceTime } : {}),
    ...numbers,
  };
}
