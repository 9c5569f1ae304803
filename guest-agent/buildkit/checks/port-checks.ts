import type { Lines, Report } from './report.ts';

/** Warns about what an `EXPOSE` can't say: addresses, ports of the host, and protocols like `TCP`. */
export function checkPort(port: string, lines: Lines, report: Report): void {
  const parts = port.split(':');
  const [, protocol = ''] = (parts.at(-1) ?? '').split('/');
  if (protocol !== protocol.toLowerCase()) report.warn('ExposeProtoCasing', lines, port);
  if (parts.slice(0, -1).some((part) => part !== '')) {
    report.warn('ExposeInvalidFormat', lines, port);
  }
}
