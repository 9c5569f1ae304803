import { isDeepStrictEqual } from 'node:util';
import type { Service, ServiceStatus } from 'kubernetes-types/core/v1.js';
import { Controller } from '../../controllers/controller.ts';
import { keyOf, keyText, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { services } from '../../objects/resources.ts';
import type { Log } from '../log.ts';
import type { LocalPortState, LocalPorts, WantedLocalPort } from './local-ports.ts';

/** How users reach a LoadBalancer on their own system. */
const INGRESS = { hostname: 'localhost' };

/** The ports of one Service on the user's localhost: node ports, and those of a LoadBalancer. */
export function localPortsOf({ spec }: Pick<Service, 'spec'>): WantedLocalPort[] {
  const { type, ports = [], clusterIP = '' } = spec ?? {};
  if (type !== 'NodePort' && type !== 'LoadBalancer') return [];
  return ports.flatMap(({ port, nodePort, protocol: name = 'TCP' }): WantedLocalPort[] => {
    const protocol = name === 'UDP' ? 'udp' : 'tcp';
    // The API refuses nothing here, but there is nobody to forward to.
    if (name === 'SCTP') return [];
    const onNode = {
      protocol,
      port: nodePort ?? 0,
      target: { host: '127.0.0.1', port: nodePort ?? 0 },
    } as const;
    const balanced = { protocol, port, target: { host: clusterIP, port } } as const;
    return [
      ...(nodePort === undefined ? [] : [onNode]),
      ...(type === 'LoadBalancer' && clusterIP !== '' ? [balanced] : []),
    ];
  });
}

/** Opens the ports of NodePort and LoadBalancer Services, and reports in the Services. */
export function startServicePorts(objects: Objects, local: LocalPorts, log: Log): Disposable {
  const stack = new DisposableStack();
  /** By Service, the problems in its latest events. */
  const told = new Map<string, string>();
  const controller = stack.use(
    new Controller('local ports of service', (key) => report(objects, local, told, key), log),
  );
  const take = (service: Stored<Service>, isThere: boolean) => {
    local.set(ownerOf(keyOf(service)), isThere ? localPortsOf(service) : []);
    if (!isThere) told.delete(keyText(keyOf(service)));
    controller.enqueue(keyOf(service));
  };
  stack.defer(objects.listen(services, ({ type, object }) => take(object, type !== 'DELETED')));
  stack.defer(
    local.listen(() => {
      for (const service of objects.list(services)) {
        if (localPortsOf(service).length > 0) controller.enqueue(keyOf(service));
      }
    }),
  );
  for (const service of objects.list(services)) take(service, true);
  return stack;
}

const ownerOf = (key: ObjectKey) => `service ${keyText(key)}`;

async function report(
  objects: Objects,
  local: LocalPorts,
  told: Map<string, string>,
  key: ObjectKey,
): Promise<void> {
  const service = objects.get(services, key);
  if (service === undefined) return;
  const wanted = localPortsOf(service);
  const states = wanted.map((port) => [port, local.state(ownerOf(key), port)] as const);
  await writeStatus(objects, service, states);
  const problems = states.flatMap(([{ port, protocol }, state]) =>
    state.kind === 'closed'
      ? [`Can't open ${protocol} port ${port} of localhost: ${state.problem}.`]
      : [],
  );
  const text = problems.join('\n');
  if ((told.get(keyText(key)) ?? '') === text) return;
  told.set(keyText(key), text);
  for (const message of problems) {
    await recordEvent(objects, service, { type: 'Warning', reason: 'PortNotOpen', message });
  }
}

/** A LoadBalancer is ready as soon as one of its ports is open. */
async function writeStatus(
  objects: Objects,
  service: Stored<Service>,
  states: readonly (readonly [WantedLocalPort, LocalPortState])[],
): Promise<void> {
  const balanced = new Set(
    service.spec?.type === 'LoadBalancer' ? service.spec.ports?.map(({ port }) => port) : [],
  );
  const isOpen = states.some(
    ([{ port, target }, { kind }]) =>
      kind === 'open' && balanced.has(port) && target.host === service.spec?.clusterIP,
  );
  const loadBalancer: ServiceStatus['loadBalancer'] = isOpen ? { ingress: [INGRESS] } : {};
  await objects.change(services, keyOf(service), (current) =>
    isDeepStrictEqual(current.status?.loadBalancer ?? {}, loadBalancer)
      ? current
      : { ...current, status: { ...current.status, loadBalancer } },
  );
}
