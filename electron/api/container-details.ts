import * as z from 'zod';

/** One run of a container's health check. */
const healthResultSchema = z.object({
  startedAt: z.string(),
  exitCode: z.number().int(),
  output: z.string(),
});

/** What a page about one container tells of it, beside what is in the list. */
export const containerDetailsSchema = z.object({
  /** What it starts: the entry point and its arguments. */
  command: z.array(z.string()),
  workingDirectory: z.string(),
  /** Empty: root. */
  user: z.string(),
  hostname: z.string(),
  environment: z.array(z.object({ name: z.string(), value: z.string() })),
  mounts: z.array(
    z.object({
      /** `volume`, `bind`, `tmpfs`. */
      kind: z.string(),
      /** A volume's name, or a path. */
      source: z.string(),
      destination: z.string(),
      readOnly: z.boolean(),
    }),
  ),
  networks: z.array(
    z.object({
      name: z.string(),
      /** Empty while it does not run. */
      address: z.string(),
      gateway: z.string(),
      macAddress: z.string(),
      aliases: z.array(z.string()),
    }),
  ),
  labels: z.record(z.string(), z.string()),
  /** Absent ones are not limited. */
  limits: z.object({
    cpus: z.number().optional(),
    /** Bytes. */
    memory: z.number().optional(),
    pids: z.number().optional(),
    /** As in the label `berth.network.rate`: `10mbit`. */
    networkRate: z.string().optional(),
    restart: z.object({
      policy: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
      retries: z.number().int(),
    }),
  }),
  restartCount: z.number().int(),
  /** It goes with its end. */
  removedAtEnd: z.boolean(),
  privileged: z.boolean(),
  /** Absent for one that is not checked. */
  health: z
    .object({
      status: z.string(),
      failingStreak: z.number().int(),
      /** Newest first. */
      results: z.array(healthResultSchema),
    })
    .optional(),
  /** A `docker run` that makes one like it, for a shell. */
  runCommand: z.string(),
  /** The engine's own document: JSON, indented. */
  document: z.string(),
});
export type ContainerDetails = z.infer<typeof containerDetailsSchema>;
