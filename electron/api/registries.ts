import * as z from 'zod';
import { procedure } from './failure.ts';

/** A registry that the user has logged in to. */
export const loginSchema = z.object({
  /** `host[:port]`, or `docker.io`. */
  registry: z.string(),
  /** Empty if Berth only stores a token. */
  username: z.string(),
});
export type Login = z.infer<typeof loginSchema>;

export const registryProcedures = {
  /** Includes the logins made by `docker login`. Never returns a password. */
  logins: procedure.output(z.array(loginSchema)),
  /**
   * Checks the credentials with the registry, and stores them where Docker does. Returns that
   * place: in a file, they aren't encrypted. Needs a running VM.
   */
  login: procedure
    .input(
      z.object({
        registry: z.string().trim().min(1),
        username: z.string().trim().min(1),
        password: z.string().min(1),
      }),
    )
    .output(z.object({ keptIn: z.enum(['helper', 'file']) })),
  logout: procedure.input(z.object({ registry: z.string().min(1) })).output(z.void()),
};
