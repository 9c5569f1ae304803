import { isIPv6 } from 'node:net';
import type { AskedPort, PortRefusal } from '../../../../guest-agent/contract/host-ports.ts';
import { loggerOf } from '../../base/log.ts';
import { openingError } from '../../ports/opening-error.ts';
import { openingProblem } from '../../ports/problem.ts';

const log = loggerOf('ports');

/** Go's words for system errors, which Docker clients look for. */
const words: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
};

const forwarded = ['tcp', 'udp'] as const;

/**
 * The first port that can't be opened here, with the reason in Docker Desktop's words, and Berth's
 * own explanation. Before giving up, calls `settle`, which closes ports that just became free.
 */
export async function firstRefusal(
  ports: readonly AskedPort[],
  settle: () => Promise<unknown>,
): Promise<PortRefusal | undefined> {
  for (const asked of ports) {
    const protocol = forwarded.find((name) => name === asked.protocol);
    if (!protocol) continue;
    const port = { address: asked.hostIp, port: asked.hostPort, protocol };
    if (!(await openingError(port))) continue;
    await log.attempt('Closing ports', settle());
    const error = await openingError(port);
    if (error) return { port: asked, reason: await reasonOf(port, error) };
  }
  return undefined;
}

async function reasonOf(
  port: { readonly address: string; readonly port: number; readonly protocol: 'tcp' | 'udp' },
  error: Error,
): Promise<string> {
  const { protocol } = port;
  const family = isIPv6(port.address);
  const where = `${family ? `[${port.address}]` : port.address}:${port.port}`;
  const code = 'code' in error ? String(error.code) : '';
  const problem = await openingProblem(port, error);
  return (
    `exposing port ${protocol.toUpperCase()} ${where} -> 127.0.0.1:0: ` +
    `listen ${protocol}${family ? 6 : 4} ${where}: bind: ${words[code] ?? error.message}: ${problem}`
  );
}
