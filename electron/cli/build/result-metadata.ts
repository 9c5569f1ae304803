import { parseJson } from '../../host/base/parse-json.ts';
import type { SolveOutput } from '../../host/buildkit/solve.ts';

/** The result of a build for `--metadata-file`, as buildx writes it. */
export function resultMetadata({ ref, response }: SolveOutput): Record<string, unknown> {
  const entries = Object.entries(response).map(([name, value]) => [name, documentIn(value)]);
  entries.push(['buildx.build.ref', `berth/berth/${ref}`]);
  return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** Some values are JSON documents in base64. */
function documentIn(value: string): unknown {
  if (!/^[A-Za-z0-9+/]+=*$/.test(value)) return value;
  const document = parseJson(Buffer.from(value, 'base64').toString());
  return typeof document === 'object' && document !== null ? document : value;
}
