import type { CliContext } from '../context.ts';
import { describe } from '../exit-code.ts';
import { publishedAddress } from '../format/published-port.ts';

/**
 * Waits until the ports of a container that has just started are open on this computer, and warns
 * of those that are not: the container runs all the same.
 */
export async function warnOfClosedPorts(context: CliContext, containerId: string): Promise<void> {
  const warn = (text: string) => context.stderr.write(`WARNING: ${text}\n`);
  const { machine } = await context.host();
  try {
    for (const port of await machine.publishedPorts()) {
      if (port.containerId !== containerId || !port.problem) continue;
      warn(`${publishedAddress(port)} is not open on this computer: ${port.problem}`);
    }
  } catch (error) {
    warn(`it is not known whether its ports are open on this computer: ${describe(error)}`);
  }
}
