import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from '../failure.ts';
import { kubeProgressSchema, kubeRefSchema, kubeScope } from './place.ts';

/** A workload or a pod of a list. */
export const listedObjectSchema = z.object({
  /** `Deployment`, `Pod`. */
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  /** `2/3`: pods of a workload, containers of a pod. Empty for a CronJob. */
  ready: z.string(),
  /** In Kubernetes' words: `Running`, `CrashLoopBackOff`; for a workload also in sentences. */
  status: z.string(),
  /** Why it can't run; empty if nothing is wrong. */
  problem: z.string(),
  restarts: z.number().int(),
  created: z.string(),
  images: z.array(z.string()).readonly(),
  /** Whether everything runs that should. */
  isHealthy: z.boolean(),
  /** The node of a pod. */
  node: z.string(),
  address: z.string(),
  /** The number of pods that a workload should have, if it can be changed. */
  replicas: z.number().int().optional(),
  /** The containers of a pod, and then those that run before them. */
  containers: z.array(z.string()).readonly(),
  /** The ports that the containers of a pod name. */
  ports: z.array(z.number().int()).readonly(),
  /** The object that owns it: the Deployment of a pod. */
  owner: z.object({ kind: z.string(), name: z.string() }).optional(),
  /** Steps below the object that owns it. */
  depth: z.number().int(),
});
export type ListedObject = z.infer<typeof listedObjectSchema>;

/** A version of a workload's pods that its cluster keeps. */
export const kubeRevisionSchema = z.object({
  number: z.number().int(),
  /** `kubernetes.io/change-cause`. */
  cause: z.string(),
  images: z.array(z.string()).readonly(),
  isCurrent: z.boolean(),
});
export type KubeRevision = z.infer<typeof kubeRevisionSchema>;

const progress = eventIterator(kubeProgressSchema);

export const kubeWorkloadProcedures = {
  /** The workloads, each with its pods after it; again after each change. */
  watch: procedure.input(z.object(kubeScope)).output(eventIterator(z.array(listedObjectSchema))),
  scale: procedure
    .input(kubeRefSchema.extend({ replicas: z.number().int().min(0) }))
    .output(z.void()),
  /** Replaces all pods, and ends when the new ones are ready. Fails with the reason if they don't get ready. */
  restart: procedure.input(kubeRefSchema).output(progress),
  /** The oldest first. */
  revisions: procedure.input(kubeRefSchema).output(z.array(kubeRevisionSchema)),
  /** Goes back to a version, and ends when its pods are ready. */
  undo: procedure.input(kubeRefSchema.extend({ revision: z.number().int() })).output(progress),
  /** Ends when the object and what it owns are gone. */
  remove: procedure.input(kubeRefSchema).output(progress),
};
