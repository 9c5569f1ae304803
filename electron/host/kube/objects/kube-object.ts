import * as z from 'zod';

const ownerSchema = z.looseObject({
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
});

export const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().default(''),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  ownerReferences: z.array(ownerSchema).nullish(),
});

/** Any object of a cluster. Items of a list have no kind of their own. */
export const kubeObjectSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: metadataSchema,
});
export type KubeObject = z.output<typeof kubeObjectSchema>;

const listSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().default(''),
  metadata: z.looseObject({
    resourceVersion: z.string().optional(),
    continue: z.string().optional(),
  }),
  items: z.array(kubeObjectSchema).nullish(),
});

export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Where the next page begins. */
  readonly next: string | undefined;
}

/** Reads a list. Its items get the kind that the list's own kind names. */
export function readList(value: unknown): KubeList {
  const { apiVersion, kind, metadata, items } = listSchema.parse(value);
  return {
    items: (items ?? []).map((item) => ({ apiVersion, kind: kind.replace(/List$/, ''), ...item })),
    resourceVersion: metadata.resourceVersion ?? '',
    next: metadata.continue || undefined,
  };
}

export const readObject = (value: unknown): KubeObject => kubeObjectSchema.parse(value);

/** `deployment/web`, as kubectl names objects. */
export function objectName({ kind = '', metadata }: Pick<KubeObject, 'kind' | 'metadata'>): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

/** Whether `owner` controls the object. */
export const isOwnedBy = ({ metadata }: KubeObject, uid: string): boolean =>
  (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid);
