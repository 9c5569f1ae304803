import * as z from 'zod';
import { guestDisks } from '../../guest-agent/contract/paths.ts';
import { procedure } from './failure.ts';

export { NETWORK_RATE_LABEL } from '../../guest-agent/contract/labels.ts';

/** The machine's disk that containers are on; limits of reading and writing are about it. */
export const containerDisk = guestDisks.data;

const portNumber = z.number().int().min(1).max(65_535);

const portRequestSchema = z.object({
  /** An address of this computer; left out for all of them. */
  address: z.string().optional(),
  /** Left out for any that is free. */
  hostPort: portNumber.optional(),
  containerPort: portNumber,
  protocol: z.enum(['tcp', 'udp']),
});
export type PortRequest = z.infer<typeof portRequestSchema>;

const mountRequestSchema = z.object({
  /** Name of a volume, or absolute path of a folder of this computer; left out for a new volume. */
  source: z.string().optional(),
  /** Absolute, in the container. */
  target: z.string().min(1),
  readOnly: z.boolean(),
});
export type MountRequest = z.infer<typeof mountRequestSchema>;

const bytes = z.number().int().positive();

/** A container to create and to start. What is left out is as the image has it. */
export const runRequestSchema = z.object({
  image: z.string().min(1),
  name: z.string().min(1).optional(),
  /** Replaces the image's entrypoint. */
  entrypoint: z.string().optional(),
  /** Replaces the image's default command. */
  command: z.array(z.string()).optional(),
  /** Gives the main process a terminal. */
  tty: z.boolean(),
  ports: z.array(portRequestSchema).optional(),
  mounts: z.array(mountRequestSchema).optional(),
  /** `NAME=value` each. */
  env: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  /** Most memory, in bytes. */
  memory: bytes.optional(),
  /** How many CPUs' time it may take: 1.5. */
  cpus: z.number().positive().optional(),
  /** How many processes it may have. */
  pids: z.number().int().positive().optional(),
  /** Bytes a second from the machine's disk, and to it. */
  diskRead: bytes.optional(),
  diskWrite: bytes.optional(),
  /** Bits a second that it sends, and that it gets. */
  networkOut: z.number().positive().optional(),
  networkIn: z.number().positive().optional(),
  restart: z.enum(['no', 'on-failure', 'unless-stopped', 'always']).optional(),
  /** How often at most, with `on-failure`. */
  restartCount: z.number().int().min(0).optional(),
  network: z.string().min(1).optional(),
  hostname: z.string().min(1).optional(),
  user: z.string().min(1).optional(),
  workdir: z.string().min(1).optional(),
  /** Removes the container when it ends. */
  autoRemove: z.boolean().optional(),
  /** Nothing can be written outside of its mounts. */
  readOnly: z.boolean().optional(),
  /** All capabilities and devices of the machine. */
  privileged: z.boolean().optional(),
  /** A first process that passes signals on and reaps. */
  init: z.boolean().optional(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** What the form for running an image can suggest. */
export const runSuggestionsSchema = z.object({
  /** The image is here; of one that is not, nothing else is known. */
  present: z.boolean(),
  /** Ports that the image says it listens on. */
  ports: z.array(portRequestSchema.pick({ containerPort: true, protocol: true })),
  /** Paths that the image wants volumes for. */
  volumes: z.array(z.string()),
  /** What the image starts: entrypoint and command, as words. */
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  user: z.string(),
  workdir: z.string(),
  /** What there is to choose from. */
  volumeNames: z.array(z.string()),
  networkNames: z.array(z.string()),
});
export type RunSuggestions = z.infer<typeof runSuggestionsSchema>;

export const runProcedures = {
  suggestions: procedure.input(z.object({ image: z.string().min(1) })).output(runSuggestionsSchema),
  /** Why each of the ports cannot be opened on this computer at the moment; null where it can. */
  portProblems: procedure
    .input(z.object({ ports: z.array(portRequestSchema).max(100) }))
    .output(z.array(z.string().nullable())),
};
