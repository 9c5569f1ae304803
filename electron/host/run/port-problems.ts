import type { Domains } from '../../api/domains.ts';
import type { PublishedPort } from '../../api/ports.ts';
import type { PortRequest } from '../../api/run.ts';
import { openingError } from '../ports/opening-error.ts';
import { openingProblem } from '../ports/problem.ts';

const EVERYWHERE = ['0.0.0.0', '::'];

/**
 * Why a port can't be opened on the host now; null if it can. Opens and closes the port to find
 * out. `published` are the ports of running containers. Berth frees the port of `domains` for a
 * container.
 */
export async function portProblem(
  request: PortRequest,
  published: readonly PublishedPort[],
  domains?: Domains,
): Promise<string | null> {
  const { hostPort: port, protocol } = request;
  if (port === undefined) return null;
  const addresses = request.address === undefined ? EVERYWHERE : [request.address];
  const holder = published.find(
    (other) =>
      other.port === port &&
      other.protocol === protocol &&
      other.problem === undefined &&
      addresses.some((address) => overlap(address, other.address)),
  );
  if (holder) return `the container ${holder.containerName} already uses it`;
  if (protocol === 'tcp' && port === domains?.port) return null;
  for (const address of addresses) {
    const error = await openingError({ address, port, protocol });
    if (error) return openingProblem({ address, port, protocol }, error);
  }
  return null;
}

const overlap = (one: string, other: string) =>
  one === other || EVERYWHERE.includes(one) || EVERYWHERE.includes(other);
