import { availableParallelism, totalmem } from 'node:os';
import type { Container, ResourceFieldSelector } from 'kubernetes-types/core/v1.js';
import { parseQuantity } from '../../objects/quantity.ts';

/** What the node has. A container without a limit can use all of it. */
const node = (): Readonly<Record<string, number>> => ({
  cpu: availableParallelism(),
  memory: totalmem(),
});

/**
 * A limit or request of a container, as `resourceFieldRef` names it, in units of the divisor and
 * rounded up. Undefined for an unknown resource.
 */
export function resourceField(
  container: Container,
  { resource, divisor }: ResourceFieldSelector,
): string | undefined {
  const [, kind, name = ''] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  if (kind !== 'limits' && kind !== 'requests') return undefined;
  const { limits = {}, requests = {} } = container.resources ?? {};
  const stated = kind === 'limits' ? limits[name] : (requests[name] ?? limits[name]);
  const amount =
    stated === undefined
      ? kind === 'limits'
        ? (node()[name] ?? 0)
        : 0
      : (parseQuantity(stated) ?? 0);
  const unit = parseQuantity(divisor ?? '1') || 1;
  return String(Math.ceil(roundedOff(amount / unit)));
}

/** Without the error of floating-point numbers: 0.1 / 0.001 is 100. */
const roundedOff = (value: number) => Number(value.toPrecision(12));
