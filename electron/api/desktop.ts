import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** The app's progress towards its next version. */
export const updateStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('checking') }),
  z.object({ state: z.literal('newest') }),
  /** `fraction` is between 0 and 1. */
  z.object({ state: z.literal('fetching'), version: z.string(), fraction: z.number() }),
  z.object({ state: z.literal('ready'), version: z.string() }),
  z.object({ state: z.literal('failed'), message: z.string() }),
]);
export type UpdateState = z.infer<typeof updateStateSchema>;

const integrationStateSchema = z.enum(['absent', 'present', 'foreign']);
export const integrationNameSchema = z.enum(['dockerContext', 'command']);
export type IntegrationName = z.infer<typeof integrationNameSchema>;

/** What the app adds to the user's system. Each part is present only if the host offers it. */
export const desktopSchema = z.object({
  version: z.string().optional(),
  startAtLogin: z.boolean().optional(),
  hasUpdates: z.boolean(),
  hasDiagnostics: z.boolean(),
  integrations: z.partialRecord(integrationNameSchema, integrationStateSchema),
});
export type DesktopState = z.infer<typeof desktopSchema>;

/** Procedures of a part that the host doesn't offer fail with 'invalid'. */
export const desktopProcedures = {
  about: procedure.output(desktopSchema),
  setStartAtLogin: procedure.input(z.object({ enabled: z.boolean() })).output(z.void()),
  /** The present state, and again after each change. */
  updates: procedure.output(eventIterator(updateStateSchema)),
  checkForUpdates: procedure.output(z.void()),
  installUpdate: procedure.output(z.void()),
  /** Adds something of Berth's to the user's system, or removes it. */
  integrate: procedure
    .input(z.object({ name: integrationNameSchema, installed: z.boolean() }))
    .output(z.void()),
  /** Writes an archive for people who look into a problem. */
  saveDiagnostics: procedure.input(z.object({ path: z.string().min(1) })).output(z.void()),
};
