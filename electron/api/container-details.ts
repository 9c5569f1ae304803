import * as z from 'zod';

/** One run of a container's health check. */
const healthResultSchema = z.object({
  startedAt: z.string(),
  exitCode: z.number().int(),
  output: z.string(),
});

/** The details on a container's page, beyond those in the list. */
export const containerDetailsSchema = z.object({
  /** The command that the container runs: the entrypoint and its arguments. */
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
      /** Empty while the container is stopped. */
      address: z.string(),
      gateway: z.string(),
      macAddress: z.string(),
      aliases: z.array(z.string()),
    }),
  ),
  labels: z.record(z.string(), z.string()),
  /** Absent fields mean no limit. */
  limits: z.object({
    cpus: z.number().optional(),
    /** Bytes. */
    memory: z.number().optional(),
    pids: z.number().optional(),
    /** The value of the label `berth.network.rate`: `10mbit`. */
    networkRate: z.string().optional(),
    restart: z.object({
      policy: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
      retries: z.number().int(),
    }),
  }),
  restartCount: z.number().int(),
  /** Removed when it exits. */
  removedAtEnd: z.boolean(),
  privileged: z.boolean(),
  /** Absent for a container without a health check. */
  health: z
    .object({
      status: z.string(),
      failingStreak: z.number().int(),
      /** Newest first. */
      results: z.array(healthResultSchema),
    })
    .optional(),
  /**
   * A `docker run` command, for a shell, that creates a container like this one. Absent if Berth
   * can't tell the command from the engine's document.
   */
  runCommand: z.string().optional(),
  /** The engine's own document: JSON, indented. */
  document: z.string(),
});
export type ContainerDetails = z.infer<typeof containerDetailsSchema>;
