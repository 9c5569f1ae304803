import { parsePort } from '../../../grammar/port.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { legacyLinks } from '../record/legacy-links.ts';

/** Variables that images set for their own programs. Docker doesn't pass them on. */
const OWN = new Set(['HOME', 'PATH']);

/**
 * The record with the variables of its links on the default bridge. The container's own variables
 * come last, since they win.
 */
export function withLinkEnvironment(engine: Engine, record: ContainerRecord): ContainerRecord {
  const { config } = record;
  return { ...record, config: { ...config, Env: [...variables(engine, record), ...config.Env] } };
}

function variables(engine: Engine, record: ContainerRecord): string[] {
  return legacyLinks(record).flatMap(({ target, alias }) => {
    const other = engine.containers.find(target)?.record;
    const address = other?.endpoints.bridge?.address;
    if (!other || !address) return [];
    const prefix = alias.toUpperCase().replaceAll('-', '_');
    return [
      ...portVariables(prefix, address, Object.keys(other.config.ExposedPorts)),
      `${prefix}_NAME=/${record.name}/${alias}`,
      ...other.config.Env.filter(
        (entry) => entry.includes('=') && !OWN.has(entry.split('=', 1)[0] ?? ''),
      ).map((entry) => `${prefix}_ENV_${entry}`),
    ];
  });
}

type Port = ReturnType<typeof parsePort>;

/** `prefix_PORT` is the first port. A range of ports also has its ends. */
function portVariables(prefix: string, address: string, exposed: readonly string[]): string[] {
  const ports = exposed.map(parsePort).sort(tcpFirst);
  const url = ({ number, protocol }: Port) => `${protocol}://${address}:${number}`;
  const name = ({ number, protocol }: Port) => `${prefix}_PORT_${number}_${protocol.toUpperCase()}`;
  const [lowest] = ports;
  if (lowest === undefined) return [];
  return [
    `${prefix}_PORT=${url(lowest)}`,
    ...ports.flatMap((port) => [
      `${name(port)}=${url(port)}`,
      `${name(port)}_ADDR=${address}`,
      `${name(port)}_PORT=${port.number}`,
      `${name(port)}_PROTO=${port.protocol}`,
    ]),
    ...ranges(ports).flatMap(([start, end]) => [
      `${name(start)}_START=${url(start)}`,
      `${name(start)}_PORT_START=${start.number}`,
      `${name(start)}_END=${url(end)}`,
      `${name(start)}_PORT_END=${end.number}`,
    ]),
  ];
}

function tcpFirst(a: Port, b: Port): number {
  if (a.protocol === b.protocol) return a.number - b.number;
  if (a.protocol === 'tcp') return -1;
  if (b.protocol === 'tcp') return 1;
  return a.protocol < b.protocol ? -1 : 1;
}

/** The first and the last port of each series of at least two consecutive ports. */
function ranges(ports: readonly Port[]): [Port, Port][] {
  const found: [Port, Port][] = [];
  for (const port of ports) {
    const last = found.at(-1);
    if (last && last[1].protocol === port.protocol && last[1].number + 1 === port.number) {
      last[1] = port;
    } else found.push([port, port]);
  }
  return found.filter(([start, end]) => start !== end);
}
