import type { Service } from 'kubernetes-types/core/v1.js';
import {
  contains,
  formatAddress,
  lastOf,
  overlap,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../../network/subnet.ts';
import type { Stored } from '../../objects/kube-object.ts';

/** The first one is what kubeadm uses, so that manifests with a fixed address often fit. */
const candidates = Array.from({ length: 16 }, (_, index) => `10.${96 + index}.0.0/16`);

/**
 * The subnet of Services' addresses, in CIDR form: where existing Services are, or one that overlaps
 * with no subnet in use.
 */
export function chooseServiceSubnet(
  services: readonly Stored<Service>[],
  inUse: readonly Subnet[],
): string {
  const used = services.map(({ spec }) => parseAddress(spec?.clusterIP ?? ''));
  const known = candidates.filter((candidate) =>
    used.some((address) => address && contains(subnetOf(candidate), address)),
  );
  const free = candidates.filter(
    (candidate) => !inUse.some((other) => overlap(subnetOf(candidate), other)),
  );
  return known[0] ?? free[0] ?? (candidates[0] as string);
}

/** Subnets of our own are always valid. */
export function subnetOf(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (!subnet) throw new Error(`${text} is not a valid subnet`);
  return subnet;
}

/** Addresses of the subnet with a fixed meaning, as in other clusters. */
export function reservedAddresses(subnet: Subnet) {
  const at = (offset: bigint) => formatAddress(subnet.family, subnet.base + offset);
  return {
    /** This node, and the Service `kubernetes`. */
    node: at(1n),
    /** Where Ingresses are served. */
    ingress: at(2n),
    /** The cluster's name server. */
    dns: at(10n),
    /** Given by automatic allocation from here to the end: the addresses before are for users. */
    firstAutomatic: subnet.base + 256n,
    last: lastOf(subnet) - 1n,
  };
}
