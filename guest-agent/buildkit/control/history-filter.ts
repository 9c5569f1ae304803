import type { HistoryRecord } from './history-files.ts';

/**
 * Whether a build matches all filters of a client, such as `status==error` or `ref~=^a`. Filters
 * that Berth doesn't know let every build through.
 */
export function matchesFilters(record: HistoryRecord, filters: readonly string[]): boolean {
  return filters.every((group) => group.split(',').every((filter) => matches(record, filter)));
}

function matches(record: HistoryRecord, filter: string): boolean {
  const [, name = '', operator = '', given = ''] = /^(\w+)(==|!=|~=)(.*)$/s.exec(filter) ?? [];
  const value = fieldOf(record, name);
  if (value === undefined) return true;
  const wanted = given.replace(/^"(.*)"$/s, '$1');
  switch (operator) {
    case '!=':
      return value !== wanted;
    case '~=':
      return value.includes(wanted.replace(/^\^|\$$/g, ''));
    default:
      return value === wanted;
  }
}

function fieldOf(
  { Ref, error, CompletedAt, FrontendAttrs }: HistoryRecord,
  name: string,
): string | undefined {
  switch (name) {
    case 'ref':
      return Ref ?? '';
    case 'status':
      if (CompletedAt === undefined) return 'running';
      if (error === undefined) return 'completed';
      return error.code === 1 ? 'canceled' : 'error';
    case 'repository':
      return FrontendAttrs?.['vcs:source'] ?? '';
    default:
      return undefined;
  }
}
