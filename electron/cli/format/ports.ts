import type { ContainerPort } from '../../host/engine/container-schemas.ts';

/** Adjacent ports that aren't published, or are published under the same number. */
interface PortRange {
  readonly ip: string | undefined;
  readonly type: string;
  readonly first: number;
  last: number;
}

/**
 * Ports as `docker ps` shows them: `443/tcp, 0.0.0.0:8080->80/tcp`. Joins adjacent ports to a
 * range. Ports that are published under another number come last.
 */
export function displayPorts(ports: readonly ContainerPort[]): string {
  const finished: PortRange[] = [];
  const open = new Map<string, PortRange>();
  const mapped: string[] = [];
  for (const port of ports.toSorted(compare)) {
    const { IP: ip, PrivatePort: number, PublicPort, Type: type } = port;
    if (PublicPort !== undefined && PublicPort !== number) {
      mapped.push(`${address(ip)}${PublicPort}->${number}/${type}`);
      continue;
    }
    const published = PublicPort === undefined ? undefined : (ip ?? '');
    const key = `${published}/${type}`;
    const range = open.get(key);
    if (range && number <= range.last + 1) range.last = number;
    else {
      if (range) finished.push(range);
      open.set(key, { ip: published, type, first: number, last: number });
    }
  }
  return [...[...finished, ...open.values()].map(render), ...mapped].join(', ');
}

function compare(left: ContainerPort, right: ContainerPort): number {
  return (
    left.PrivatePort - right.PrivatePort ||
    compareText(left.IP ?? '', right.IP ?? '') ||
    (left.PublicPort ?? 0) - (right.PublicPort ?? 0) ||
    compareText(left.Type, right.Type)
  );
}

const compareText = (left: string, right: string) => Number(left > right) - Number(left < right);

function render({ ip, type, first, last }: PortRange): string {
  const span = first === last ? String(first) : `${first}-${last}`;
  return ip === undefined ? `${span}/${type}` : `${address(ip)}${span}->${span}/${type}`;
}

const address = (ip: string | undefined) => (ip ? `${ip.includes(':') ? `[${ip}]` : ip}:` : '');
