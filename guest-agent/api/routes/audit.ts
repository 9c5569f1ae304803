import { type Audited, audit } from '../../audit/audit.ts';
import type { EngineAuditLine } from '../../contract/endpoints/audit.ts';
import type { Route } from '../route.ts';

/**
 * `GET /audit`: everything that doesn't match, one line of JSON each (docs/engine-api.md). Changes
 * nothing.
 */
export function auditRoute(audited: Audited): Route {
  return {
    method: 'GET',
    path: '/audit',
    looksOn: 'always',
    handle: async ({ signal }) => ({
      kind: 'stream',
      contentType: 'application/json',
      body: lines(audit(audited, signal)),
    }),
  };
}

async function* lines(found: AsyncIterable<EngineAuditLine>): AsyncGenerator<string> {
  // The headers go out at once. A long check isn't a missing answer.
  yield '';
  for await (const line of found) yield `${JSON.stringify(line)}\n`;
}
