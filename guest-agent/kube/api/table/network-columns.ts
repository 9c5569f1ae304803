import type { Endpoints, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Ingress, IngressClass } from 'kubernetes-types/networking/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import * as resources from '../../objects/resources.ts';
import { selectorText } from '../subresources/selector-text.ts';
import { ageColumn } from './age.ts';
import { columnsFor, text, wide } from './column.ts';

const none = '<none>';
/** How many addresses are shown before `+ N more...`. */
const MAX_SHOWN = 3;

function firstOf(items: readonly string[]): string {
  if (items.length === 0) return none;
  const more = items.length - MAX_SHOWN;
  const shown = items.slice(0, MAX_SHOWN).join(',');
  return more > 0 ? `${shown} + ${more} more...` : shown;
}

export const networkColumns = [
  columnsFor<Service>(resources.services, [
    text('Type', ({ spec }) => spec?.type ?? ''),
    text('Cluster-IP', ({ spec }) => spec?.clusterIP || none),
    text('External-IP', externalIp),
    text('Port(s)', ({ spec }) => {
      const ports = spec?.ports ?? [];
      const texts = ports.map(({ port, nodePort, protocol = 'TCP' }) =>
        nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
      );
      return texts.join(',') || none;
    }),
    ageColumn,
    wide('Selector', ({ spec }) =>
      spec?.selector ? selectorText({ matchLabels: spec.selector }) : none,
    ),
  ]),
  columnsFor<Endpoints>(resources.endpoints, [
    text('Endpoints', ({ subsets = [] }) =>
      firstOf(
        subsets.flatMap(({ addresses = [], ports = [] }) =>
          ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
        ),
      ),
    ),
    ageColumn,
  ]),
  columnsFor<EndpointSlice>(resources.endpointSlices, [
    text('AddressType', ({ addressType }) => addressType),
    text('Ports', ({ ports }) =>
      ports && ports.length > 0 ? firstOf(ports.map(({ port }) => String(port ?? '*'))) : '<unset>',
    ),
    text('Endpoints', ({ endpoints }) => {
      const addresses = endpoints.flatMap(({ addresses }) => addresses);
      return addresses.length === 0 ? '<unset>' : firstOf(addresses);
    }),
    ageColumn,
  ]),
  columnsFor<Ingress>(resources.ingresses, [
    text('Class', ({ spec }) => spec?.ingressClassName ?? none),
    text('Hosts', ({ spec }) =>
      firstOf((spec?.rules ?? []).map(({ host }) => host || '*')).replace(none, '*'),
    ),
    text('Address', ({ status }) =>
      (status?.loadBalancer?.ingress ?? [])
        .map(({ ip, hostname }) => ip || hostname || '')
        .join(','),
    ),
    text('Ports', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ]),
  columnsFor<IngressClass>(resources.ingressClasses, [
    text('Controller', ({ spec }) => spec?.controller ?? ''),
    text('Parameters', ({ spec }) => {
      const { apiGroup, kind, name } = spec?.parameters ?? {};
      return name ? `${kind}${apiGroup ? `.${apiGroup}` : ''}/${name}` : none;
    }),
    ageColumn,
  ]),
];

function externalIp({ spec, status }: Stored<Service>): string {
  const external = spec?.externalIPs ?? [];
  const balanced = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname);
  switch (spec?.type) {
    case 'ExternalName':
      return spec.externalName ?? none;
    case 'LoadBalancer':
      return [...balanced, ...external].join(',') || '<pending>';
    default:
      return external.join(',') || none;
  }
}
