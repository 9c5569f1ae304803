import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Ingress, IngressStatus } from 'kubernetes-types/networking/v1.js';
import { Controller } from '../../controllers/controller.ts';
import { keyOf, keyText, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { ingressClasses, ingresses, secrets } from '../../objects/resources.ts';
import type { Log } from '../log.ts';
import type { LocalPorts } from '../ports/local-ports.ts';
import type { ServiceProxy } from '../proxy/service-proxy.ts';
import { Certificates } from './certificates.ts';
import { ChosenPort, ingressPorts } from './chosen-port.ts';
import { createIngressClass, isServed } from './ingress-classes.ts';
import { createIngressServers } from './ingress-server.ts';
import { type RouteTable, routeTable } from './routes.ts';

export interface IngressOptions {
  readonly objects: Objects;
  readonly proxy: Pick<ServiceProxy, 'forward'>;
  readonly local: LocalPorts;
  /** Where the servers listen on this node. */
  readonly address: string;
  readonly ports?: { readonly http: number; readonly https: number };
  readonly nodeAddresses: readonly string[];
  readonly log: Log;
}

/** Serves Ingresses on localhost. The ports are open only while there is an Ingress. */
export async function startIngress(options: IngressOptions): Promise<Disposable> {
  const { objects, proxy, local, address, nodeAddresses, log } = options;
  const { http: httpPort, https: httpsPort } = options.ports ?? { http: 80, https: 443 };
  await createIngressClass(objects);
  const stack = new DisposableStack();
  const certificates = new Certificates(objects);
  let table: RouteTable = { routes: [], defaultTarget: undefined };
  const servers = createIngressServers({
    ...{ objects, proxy, certificates, nodeAddresses, log },
    table: () => table,
  });
  const chosen = {
    http: new ChosenPort(local, 'the HTTP port of Ingresses', ingressPorts.http, {
      ...{ host: address, port: httpPort },
    }),
    https: new ChosenPort(local, 'the HTTPS port of Ingresses', ingressPorts.https, {
      ...{ host: address, port: httpsPort },
    }),
  };
  const listen = async (server: (typeof servers)['http'], port: number, isWanted: boolean) => {
    if (!isWanted) {
      server.close();
      server.closeAllConnections();
    } else if (!server.listening) {
      await once(server.listen({ host: address, port }), 'listening');
    }
  };
  stack.defer(() => {
    for (const port of Object.values(chosen)) port.want(false);
    for (const server of Object.values(servers)) {
      server.close();
      server.closeAllConnections();
    }
  });

  /** By Ingress, the problems in its latest events. */
  const told = new Map<string, string>();
  const reconcile = async () => {
    const served = objects.list(ingresses).filter((ingress) => isServed(objects, ingress));
    table = routeTable(served);
    certificates.load(served);
    const hasHttp = served.length > 0;
    await listen(servers.http, httpPort, hasHttp);
    await listen(servers.https, httpsPort, !certificates.isEmpty);
    chosen.http.want(hasHttp);
    chosen.https.want(!certificates.isEmpty);
    for (const port of Object.values(chosen)) port.check();
    for (const ingress of served) {
      await writeStatus(objects, ingress, chosen);
      await report(objects, ingress, problemsOf(ingress, chosen, certificates), told);
    }
  };
  const controller = stack.use(new Controller('ingresses', reconcile, log));
  const changed = () => controller.enqueue({ name: 'all' });
  const stops = [
    objects.listen(ingresses, changed),
    objects.listen(ingressClasses, changed),
    objects.listen(secrets, changed),
    local.listen(changed),
  ];
  for (const stop of stops) stack.defer(stop);
  changed();
  return stack;
}

type Chosen = Readonly<Record<'http' | 'https', ChosenPort>>;

/** Only open ports are in the status. */
async function writeStatus(
  objects: Objects,
  ingress: Stored<Ingress>,
  { http, https }: Chosen,
): Promise<void> {
  const hasTls = (ingress.spec?.tls ?? []).length > 0;
  const ports = [http.open, hasTls ? https.open : undefined].filter((port) => port !== undefined);
  const loadBalancer: IngressStatus['loadBalancer'] =
    ports.length === 0
      ? {}
      : {
          ingress: [
            { hostname: 'localhost', ports: ports.map((port) => ({ port, protocol: 'TCP' })) },
          ],
        };
  await objects.change(ingresses, keyOf(ingress), (current) =>
    isDeepStrictEqual(current.status?.loadBalancer ?? {}, loadBalancer)
      ? current
      : { ...current, status: { ...current.status, loadBalancer } },
  );
}

function problemsOf(
  ingress: Stored<Ingress>,
  chosen: Chosen,
  { problems }: Certificates,
): string[] {
  const hasTls = (ingress.spec?.tls ?? []).length > 0;
  const schemes = hasTls ? (['http', 'https'] as const) : (['http'] as const);
  const ofPorts = schemes.flatMap((scheme) => {
    const { open, isPreferred, problem } = chosen[scheme];
    if (isPreferred || problem === undefined || open === undefined) return [];
    const host = ingress.spec?.rules?.[0]?.host ?? 'localhost';
    return `${problem} This Ingress is at ${scheme}://${host}:${open} instead.`;
  });
  const ofSecrets = problems
    .filter((problem) => keyText(keyOf(problem.ingress)) === keyText(keyOf(ingress)))
    .map(({ message }) => message);
  return [...ofPorts, ...ofSecrets];
}

async function report(
  objects: Objects,
  ingress: Stored<Ingress>,
  problems: readonly string[],
  told: Map<string, string>,
): Promise<void> {
  const key = keyText(keyOf(ingress));
  const text = problems.join('\n');
  if ((told.get(key) ?? '') === text) return;
  told.set(key, text);
  for (const message of problems) {
    await recordEvent(objects, ingress, { type: 'Warning', reason: 'Ingress', message });
  }
}
