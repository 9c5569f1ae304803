import { type Link, parseLink } from '../../../grammar/link.ts';
import type { ContainerRecord } from './container.ts';

/**
 * A container's links on the default bridge, where Docker's clients put them in the host
 * configuration. Docker gives only these links variables and names such as `/web/db`.
 */
export function legacyLinks({
  endpoints,
  hostConfig,
}: Pick<ContainerRecord, 'endpoints' | 'hostConfig'>): Link[] {
  return endpoints.bridge ? hostConfig.Links.map(parseLink) : [];
}
