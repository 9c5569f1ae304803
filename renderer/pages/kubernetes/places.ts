import type { KubeRef } from '../../../electron/api/kube/place.ts';

/** The lists of a cluster. */
export const VIEWS = ['workloads', 'pods', 'services', 'events'] as const;
export type View = (typeof VIEWS)[number];

/** The list of clusters in Berth's VM. */
export const CLUSTERS_PLACE = '/kubernetes/clusters';

/** A context of this name would have the addresses of the pages to deploy projects. */
const TAKEN = /^(~*)deploy$/;

const contextPart = (context: string) => encodeURIComponent(context.replace(TAKEN, '~$&'));

/** The context in an address. */
export const contextIn = (part: string): string =>
  decodeURIComponent(part).replace(/^~(?=~*deploy$)/, '');

/** The page of one of a cluster's lists. */
export const viewOf = (context: string, view: View = 'workloads'): string =>
  ['/kubernetes', contextPart(context), view].join('/');

/** Where manifests are applied to a cluster. */
export const applyPlace = (context: string): string =>
  ['/kubernetes', contextPart(context), 'apply'].join('/');

/** The page of an object, with one of its tabs. */
export const pageOf = ({ context, kind, namespace, name }: KubeRef, tab?: string): string =>
  ['/kubernetes', contextPart(context), ...[kind, namespace, name].map(encodeURIComponent), tab]
    .filter((part) => part !== undefined)
    .join('/');
