import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from '../failure.ts';
import { problemSchema } from '../project-content.ts';
import { kubeProgressSchema, kubeRefSchema, kubeScope } from './place.ts';

const placedProblemSchema = problemSchema.extend({
  /** From 1. */
  column: z.number().optional(),
});

/** What applying would change of one object. */
export const kubeChangeSchema = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  change: z.enum(['create', 'update', 'none']),
  /** A unified diff of the YAML; empty if nothing changes. Values of secrets are masked. */
  patch: z.string(),
});
export type KubeChange = z.infer<typeof kubeChangeSchema>;

export const kubePlanSchema = z.object({
  /** Mistakes of the text, and what the cluster refuses. Nothing can be applied while there are errors. */
  problems: z.array(placedProblemSchema),
  changes: z.array(kubeChangeSchema),
  /** Fields that other programs own, and that `force` would take over. */
  conflicts: z.array(z.string()),
  /** Images that only Berth has, and that the cluster can only get through a registry. */
  localImages: z.array(z.string()),
});
export type KubePlan = z.infer<typeof kubePlanSchema>;

const manifests = z.object({
  ...kubeScope,
  text: z.string(),
  /** Takes over fields that other programs own. */
  force: z.boolean().optional(),
  /** The object that the text is an edited version of, as it was read. */
  edited: kubeRefSchema.extend({ version: z.string() }).optional(),
});

export const kubeManifestProcedures = {
  /** The YAML of an object without what the cluster itself keeps, and its version. */
  object: procedure
    .input(kubeRefSchema)
    .output(z.object({ text: z.string(), version: z.string() })),
  /** Reads a file of manifests. */
  open: procedure.input(z.object({ path: z.string().min(1) })).output(z.string()),
  /** The manifests of a Compose project for `apply`, and what they do differently. */
  fromProject: procedure.input(z.object({ files: z.array(z.string().min(1)).min(1) })).output(
    z.object({
      text: z.string(),
      warnings: z.array(z.string()),
      /** Images of the project that must be built first, because they exist nowhere. */
      unbuiltImages: z.array(z.string()),
    }),
  ),
  /** Asks the cluster what it would make of the text. Changes nothing. */
  plan: procedure.input(manifests).output(kubePlanSchema),
  /**
   * Applies the text, and ends when the pods are ready. Fails with the reason if they don't get
   * ready, and with 'conflict' if an edited object has changed since it was read.
   */
  apply: procedure
    .input(
      manifests.extend({
        /** Where images go that only Berth has: `registry.example.com/team`. */
        registry: z.string().min(1).optional(),
      }),
    )
    .output(eventIterator(kubeProgressSchema)),
};
