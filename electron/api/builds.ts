import * as z from 'zod';

export const buildRequestSchema = z.object({
  /** Absolute. */
  directory: z.string().min(1),
  /** Relative to the folder, or absolute; `Dockerfile` by default. */
  dockerfile: z.string().optional(),
  tag: z.string().optional(),
  args: z.record(z.string(), z.string()).optional(),
  /** The last stage to build. */
  target: z.string().optional(),
  platform: z.string().optional(),
  noCache: z.boolean().optional(),
  /** Pull newer base images. */
  pull: z.boolean().optional(),
});
export type BuildRequest = z.infer<typeof buildRequestSchema>;

/** Why the cache had no result for a step, as far as Berth knows. */
export const cacheMissSchema = z.enum([
  'cache-off',
  'first-build',
  'base-image',
  'instruction',
  'files',
  'earlier-step',
  'failed-before',
  'cache-gone',
]);
export type CacheMiss = z.infer<typeof cacheMissSchema>;

export const buildWarningSchema = z.object({
  message: z.string(),
  /** A line of the Dockerfile. Lines count from 1. */
  line: z.number().int().optional(),
  url: z.string().optional(),
});

export const buildStepSchema = z.object({
  id: z.string(),
  /** Counts from 1, in the order of the steps' begin. */
  number: z.number().int(),
  /** Absent for the build's own steps, such as loading the context. */
  stage: z.string().optional(),
  /** `RUN npm ci`, or what the build does. */
  instruction: z.string(),
  /** A line of the Dockerfile, if it is known. */
  line: z.number().int().optional(),
  /** The IDs of the steps from which this step takes files. */
  inputs: z.array(z.string()),
  state: z.enum(['running', 'done', 'cached', 'failed', 'cancelled']),
  /** Only for steps that ran although they can be cached. */
  cacheMiss: cacheMissSchema.optional(),
  startedAt: z.iso.datetime(),
  /** Absent while the step runs. */
  milliseconds: z.number().optional(),
  /** `transferring context: 1.2MB`: parts of the step. */
  parts: z.array(z.string()),
  warnings: z.array(buildWarningSchema),
  output: z.string(),
});
export type BuildStep = z.infer<typeof buildStepSchema>;

/** Lines of the Dockerfile around a failure. */
const quoteSchema = z.object({
  file: z.string(),
  lines: z.array(z.object({ number: z.number(), text: z.string(), isMarked: z.boolean() })),
});

export const buildSummarySchema = z.object({
  id: z.string(),
  /** The tag, or what else names the build. */
  name: z.string(),
  /** Absent if another client made the build and Berth doesn't know its folder. */
  request: buildRequestSchema.optional(),
  startedAt: z.iso.datetime(),
  /** Absent while the build runs. */
  milliseconds: z.number().optional(),
  result: z.enum(['running', 'built', 'failed', 'cancelled']),
  steps: z.object({ total: z.number(), cached: z.number() }),
  warnings: z.number(),
  imageId: z.string().optional(),
  /** What went wrong, and where in the Dockerfile. */
  failure: z
    .object({
      message: z.string(),
      line: z.number().int().optional(),
      quote: quoteSchema.optional(),
    })
    .optional(),
});
export type BuildSummary = z.infer<typeof buildSummarySchema>;

export const buildEventSchema = z.discriminatedUnion('type', [
  /** Always first, as soon as the build is known. */
  z.object({ type: z.literal('begun'), build: buildSummarySchema }),
  /** The present state of a step; its output comes as events of its own. */
  z.object({ type: z.literal('step'), step: buildStepSchema.omit({ output: true }) }),
  z.object({ type: z.literal('output'), id: z.string(), text: z.string() }),
  /** Always last: how the build ended. */
  z.object({ type: z.literal('ended'), build: buildSummarySchema }),
]);
export type BuildEvent = z.infer<typeof buildEventSchema>;

export const buildFolderSchema = z.object({
  /** Files that look like Dockerfiles, relative to the folder. */
  dockerfiles: z.array(z.string()),
  /** The stages of the first Dockerfile, or of the requested one. */
  stages: z.array(z.string()),
  args: z.array(z.object({ name: z.string(), value: z.string().optional() })),
});
export type BuildFolder = z.infer<typeof buildFolderSchema>;
