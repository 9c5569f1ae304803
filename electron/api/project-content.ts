import * as z from 'zod';

export const problemSchema = z.object({
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  /** From 1. */
  line: z.number().optional(),
  message: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** A service that another one waits for: as `depends_on` in the file. */
const dependencySchema = z.object({
  service: z.string(),
  condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
});
export type ServiceDependency = z.infer<typeof dependencySchema>;

const serviceSchema = z.object({
  name: z.string(),
  image: z.string(),
  replicas: z.number(),
  builds: z.boolean(),
  /** The file names paths of the service to watch. */
  watches: z.boolean(),
  dependsOn: z.array(dependencySchema),
  /** As the file names them. */
  networks: z.array(z.string()),
});
export type ServiceContent = z.infer<typeof serviceSchema>;

/** The content of a project's files, as far as it is valid. */
export const projectContentSchema = z.object({
  /** Absent while the problems include errors. */
  name: z.string().optional(),
  services: z.array(serviceSchema),
  problems: z.array(problemSchema),
  /** Variables of the `.env` file next to the compose file. */
  variables: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type ProjectContent = z.infer<typeof projectContentSchema>;
