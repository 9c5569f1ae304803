import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** One name of an image; an image with two tags is two entries with the same `id`. */
export const imageSchema = z.object({
  /** `sha256:` and 64 hexadecimal digits. */
  id: z.string(),
  /** `repository:tag` as engines print it; absent for an image that lost its name. */
  reference: z.string().optional(),
  /** Bytes. */
  size: z.number().int(),
  /** Bytes of `size` shared with other images; absent if the engine didn't count them. */
  sharedSize: z.number().int().optional(),
  /** Absent if the image has no date: reproducible builds omit it. */
  createdAt: z.iso.datetime().optional(),
});
export type Image = z.infer<typeof imageSchema>;

/** The progress of a pull, push or load, over all layers. */
export const pullProgressSchema = z.object({
  /** The engine's present step: `Downloading`, `Extracting`, ... */
  status: z.string(),
  /** Bytes of the layers announced so far; no total while it is unknown. */
  current: z.number(),
  total: z.number(),
  /** The layer that the event is about. */
  layer: z
    .object({
      /** As engines print it: 12 hexadecimal digits. */
      id: z.string(),
      status: z.string(),
      current: z.number().optional(),
      total: z.number().optional(),
    })
    .optional(),
});
export type PullProgress = z.infer<typeof pullProgressSchema>;
const progress = eventIterator(pullProgressSchema);

export const imageDetailsSchema = imageSchema.omit({ reference: true, sharedSize: true }).extend({
  /** `repository:tag`, all of them. */
  names: z.array(z.string()),
  /** `repository@sha256:...`, all of them. */
  digests: z.array(z.string()),
  /** `linux/amd64`. */
  platform: z.string(),
  author: z.string(),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  /** `NAME=value` each. */
  env: z.array(z.string()),
  /** `80/tcp` each. */
  ports: z.array(z.string()),
  volumes: z.array(z.string()),
  user: z.string(),
  workdir: z.string(),
  labels: z.record(z.string(), z.string()),
  /** The engine's document, as JSON. */
  document: z.string(),
});
export type ImageDetails = z.infer<typeof imageDetailsSchema>;

/** A step in the history of an image. */
export const imageStepSchema = z.object({
  /** As in a Dockerfile, as far as the history shows it. */
  command: z.string(),
  /** Bytes that the step added. */
  size: z.number(),
  createdAt: z.iso.datetime().optional(),
  comment: z.string(),
});
export type ImageStep = z.infer<typeof imageStepSchema>;

export const searchResultSchema = z.object({
  name: z.string(),
  description: z.string(),
  stars: z.number(),
  official: z.boolean(),
});
export type SearchResult = z.infer<typeof searchResultSchema>;

/** A name or an ID. */
const target = z.object({ reference: z.string().min(1) });
/** An absolute path on the host. */
const path = z.string().min(1);

export const imageProcedures = {
  list: procedure.output(z.array(imageSchema)),
  /** The present list, and again after each change. */
  watch: procedure.output(eventIterator(z.array(imageSchema))),
  inspect: procedure.input(target).output(imageDetailsSchema),
  /** The history of an image, first step first. */
  history: procedure.input(target).output(z.array(imageStepSchema)),
  /**
   * Ends when the image is complete. Ending the iteration early cancels the pull. Uses the VM's own
   * platform unless one is given: `linux/arm64`.
   */
  pull: procedure.input(target.extend({ platform: z.string().min(1).optional() })).output(progress),
  /** Ends when the registry has the image. */
  push: procedure.input(target).output(progress),
  /** Adds a tag to the image. */
  tag: procedure.input(target.extend({ name: z.string().min(1) })).output(z.void()),
  /** Writes images into one tar file, which appears only once it is complete. */
  save: procedure
    .input(z.object({ references: z.array(z.string()).min(1), path }))
    .output(progress),
  /** Loads the images of a saved file. The last event names them. */
  load: procedure.input(z.object({ path })).output(progress),
  /** Makes an image from an archive of a root file system. */
  import: procedure.input(z.object({ path, name: z.string().min(1).optional() })).output(progress),
  /** Removes one name, and the image with its last name. */
  remove: procedure.input(target.extend({ force: z.boolean() })).output(z.void()),
  /** Searches Docker Hub, or the registry that the term begins with. */
  search: procedure
    .input(z.object({ term: z.string().min(1) }))
    .output(z.array(searchResultSchema)),
};
