import type { VertexWarning } from '../../../host/buildkit/trace.ts';

/** The warnings below a build, as buildx lists them. Empty without warnings. */
export function warningList(warnings: readonly VertexWarning[]): string {
  if (warnings.length === 0) return '';
  const count = warnings.length === 1 ? '1 warning found' : `${warnings.length} warnings found`;
  const items = warnings.map(({ short }) => ` - ${Buffer.from(short)}\n`);
  return `\n ${count}:\n${items.join('')}`;
}
