import * as z from 'zod';
import { procedure } from './failure.ts';

/** A registry that the user has logged in to. */
export const loginSchema = z.object({
  /** `host[:port]`, or `docker.io`. */
  registry: z.string(),
  /** Empty where a token alone is kept. */
  username: z.string(),
});
export type Login = z.infer<typeof loginSchema>;

export const registryProcedures = {
  /** Those that `docker login` made too. Never tells a password. */
  logins: procedure.output(z.array(loginSchema)),
  /**
   * Has the registry check them, and keeps them where Docker does. Answers where: in a file, they
   * are not encrypted. Needs a running machine.
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
