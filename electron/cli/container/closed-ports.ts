import type { CliContext } from '../context.ts';
import { describe } from '../exit-code.ts';
import { publishedAddress } from '../format/published-port.ts';

/**
 * Waits until the ports of a container that has just started are open on the host, and warns about
 * ports that aren't. The container runs in any case.
 */
export async function warnOfClosedPorts(context: CliContext, containerId: string): Promise<void> {
  const warn = (text: string) => context.stderr.write(`WARNING: ${text}\n`);
  const { machine } = await context.host();
  try {
    for (const port of await machine.publishedPorts()) {
      if (port.containerId !== containerId || !port.problem) continue;
      warn(`${publishedAddress(port)} is not open on the host: ${port.problem}`);
    }
  } catch (error) {
    warn(`can't find out whether the container's ports are open on the host: ${describe(error)}`);
  }
}
