import * as z from 'zod';
import { procedure } from './failure.ts';
import { machineStatusSchema } from './machine.ts';
import { settingsSchema } from './settings.ts';

/** A VM in the list of all VMs. */
export const listedMachineSchema = machineStatusSchema
  .pick({ name: true, state: true, cpus: true, memoryMiB: true, diskGiB: true })
  .extend({
    /** The VM that this window shows. */
    isShown: z.boolean(),
    /** The VM that always exists. */
    isDefault: z.boolean(),
  });
export type ListedMachine = z.infer<typeof listedMachineSchema>;

/** Unset sizes follow the common settings. */
export const newMachineSchema = settingsSchema
  .pick({ cpus: true, memoryMiB: true, diskGiB: true })
  .partial()
  .extend({ name: z.string().min(1) });
export type NewMachine = z.infer<typeof newMachineSchema>;

const target = z.object({ name: z.string().min(1) });

export const machinesProcedures = {
  /** All VMs of the user, by name. */
  list: procedure.output(z.array(listedMachineSchema)),
  /** Doesn't start the VM. */
  create: procedure.input(newMachineSchema).output(z.void()),
  /** Removes a stopped VM with everything in it. Fails with 'invalid' for the shown VM. */
  remove: procedure.input(target).output(z.void()),
  start: procedure.input(target).output(z.void()),
  stop: procedure.input(target).output(z.void()),
};
