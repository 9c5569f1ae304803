import * as z from 'zod';
import { procedure } from './failure.ts';

const portNumber = z.number().int().min(1).max(65_535);

export const portRequestSchema = z.object({
  /** A host address; all addresses if absent. */
  address: z.string().optional(),
  /** Any free port if absent. */
  hostPort: portNumber.optional(),
  containerPort: portNumber,
  protocol: z.enum(['tcp', 'udp']),
});
export type PortRequest = z.infer<typeof portRequestSchema>;

export const mountRequestSchema = z.object({
  /** Name of a volume, or absolute path of a host folder; a new volume if absent. */
  source: z.string().optional(),
  /** An absolute path in the container. */
  target: z.string().min(1),
  readOnly: z.boolean(),
});
export type MountRequest = z.infer<typeof mountRequestSchema>;

const bytes = z.number().int().positive();

/** A container to create and start. Absent fields use the image's defaults. */
export const runRequestSchema = z.object({
  image: z.string().min(1),
  name: z.string().min(1).optional(),
  /** Replaces the image's entrypoint. */
  entrypoint: z.string().optional(),
  /** Replaces the image's default command. */
  command: z.array(z.string()).optional(),
  /** Allocates a terminal for the main process. */
  tty: z.boolean(),
  ports: z.array(portRequestSchema).optional(),
  mounts: z.array(mountRequestSchema).optional(),
  /** `NAME=value` each. */
  env: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  /** Memory limit, in bytes. */
  memory: bytes.optional(),
  /** CPU limit, with a fraction: 1.5. */
  cpus: z.number().positive().optional(),
  /** Process limit. */
  pids: z.number().int().positive().optional(),
  /** Bytes per second read from and written to the VM's disk. */
  diskRead: bytes.optional(),
  diskWrite: bytes.optional(),
  /** Bits per second sent and received. */
  networkOut: z.number().positive().optional(),
  networkIn: z.number().positive().optional(),
  restart: z.enum(['no', 'on-failure', 'unless-stopped', 'always']).optional(),
  /** Maximum retries, with `on-failure`. */
  restartCount: z.number().int().min(0).optional(),
  network: z.string().min(1).optional(),
  hostname: z.string().min(1).optional(),
  user: z.string().min(1).optional(),
  workdir: z.string().min(1).optional(),
  /** Removes the container when it exits. */
  autoRemove: z.boolean().optional(),
  /** Only mounts are writable. */
  readOnly: z.boolean().optional(),
  /** All capabilities and devices of the VM. */
  privileged: z.boolean().optional(),
  /** Runs an init process that forwards signals and reaps processes. */
  init: z.boolean().optional(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** Suggestions for the form that runs an image. */
export const runSuggestionsSchema = z.object({
  /** Whether the image is local. Nothing else is known about other images. */
  present: z.boolean(),
  /** Ports that the image exposes. */
  ports: z.array(portRequestSchema.pick({ containerPort: true, protocol: true })),
  /** Paths that the image declares as volumes. */
  volumes: z.array(z.string()),
  /** The image's default process: entrypoint and command, as words. */
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  user: z.string(),
  workdir: z.string(),
  /** The choices. */
  volumeNames: z.array(z.string()),
  networkNames: z.array(z.string()),
});
export type RunSuggestions = z.infer<typeof runSuggestionsSchema>;

/** Why containers can't mount a host folder. */
export const mountProblemSchema = z.object({
  message: z.string(),
  /** Sharing the folder solves the problem. */
  canShare: z.boolean(),
});
export type MountProblem = z.infer<typeof mountProblemSchema>;

export const runProcedures = {
  suggestions: procedure.input(z.object({ image: z.string().min(1) })).output(runSuggestionsSchema),
  /** Why each port can't be opened on the host at the moment; null if it can. */
  portProblems: procedure
    .input(z.object({ ports: z.array(portRequestSchema).max(100) }))
    .output(z.array(z.string().nullable())),
  /** Why containers can't mount each host folder, as the settings are now; null if they can. */
  mountProblems: procedure
    .input(z.object({ folders: z.array(z.string()).max(100) }))
    .output(z.array(mountProblemSchema.nullable())),
};
