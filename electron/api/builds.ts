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

export const buildStepSchema = z.object({
  /** Steps count from 1, and so do lines. */
  number: z.number().int(),
  total: z.number().int(),
  /** The instruction: `RUN npm ci`. */
  instruction: z.string(),
  /** A line of the Dockerfile, if it is known. */
  line: z.number().int().optional(),
  state: z.enum(['running', 'done', 'cached', 'failed']),
  startedAt: z.iso.datetime(),
  /** Absent while the build runs. */
  milliseconds: z.number().optional(),
  output: z.string(),
});
export type BuildStep = z.infer<typeof buildStepSchema>;

export const buildRecordSchema = z.object({
  id: z.string(),
  request: buildRequestSchema,
  startedAt: z.iso.datetime(),
  milliseconds: z.number(),
  result: z.enum(['built', 'failed', 'cancelled']),
  imageId: z.string().optional(),
  /** What went wrong, and where in the Dockerfile. */
  failure: z.object({ message: z.string(), line: z.number().int().optional() }).optional(),
  steps: z.array(buildStepSchema),
});
export type BuildRecord = z.infer<typeof buildRecordSchema>;

export const buildSummarySchema = buildRecordSchema.omit({ steps: true });
export type BuildSummary = z.infer<typeof buildSummarySchema>;

export const buildEventSchema = z.discriminatedUnion('type', [
  /** The present state of a step; its output comes as events of its own. */
  z.object({ type: z.literal('step'), step: buildStepSchema.omit({ output: true }) }),
  z.object({ type: z.literal('output'), number: z.number().int(), text: z.string() }),
  /** Always last: how the build ended. Only a cancelled build has no such event. */
  z.object({ type: z.literal('ended'), record: buildSummarySchema }),
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
