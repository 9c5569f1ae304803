import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';
import { machineStatusSchema } from './machine.ts';
import { nativeAcceleratorSchema } from './settings.ts';

/** What is known of the machine besides its status. */
export const machineDetailsSchema = z.object({
  /** Where the engine answers on this computer: a unix socket, or a named pipe. */
  engineSocket: z.string(),
  /** The same as `DOCKER_HOST` has it. */
  dockerHost: z.string(),
  /** What this computer has, and so the most that a machine can be given. */
  computer: z.object({
    cpus: z.number().int(),
    memoryMiB: z.number().int(),
    /** That of its system, whether it works or not. */
    accelerator: nativeAcceleratorSchema.optional(),
  }),
  /** Of what runs in the machine; absent while the engine does not answer. */
  versions: z
    .object({
      engine: z.string(),
      api: z.string(),
      system: z.string(),
      kernel: z.string(),
      architecture: z.string(),
    })
    .optional(),
});
export type MachineDetails = z.infer<typeof machineDetailsSchema>;

/** What the whole machine uses. Memory is in bytes, without what can be given up. */
export const machineUsageSchema = z.object({
  /** Of all its processors: 0 to 1. */
  cpu: z.number(),
  memory: z.number(),
  memoryTotal: z.number(),
  /** Of the data disk. */
  disk: z.number(),
  diskTotal: z.number(),
});
export type MachineUsage = z.infer<typeof machineUsageSchema>;

export const machineProcedures = {
  status: procedure.output(machineStatusSchema),
  /** Each change of status, beginning with the present one. */
  watch: procedure.output(eventIterator(machineStatusSchema)),
  /** Resolves once the engine answers; `watch` tells the steps meanwhile. */
  start: procedure.output(machineStatusSchema),
  stop: procedure.output(z.void()),
  /** Saves it with all that runs in it, and ends it; it runs on when that cannot be. */
  suspend: procedure.output(z.void()),
  /** Stops the machine, whatever state it is in, and starts it. */
  restart: procedure.output(machineStatusSchema),
  /** Ends it as a power cut would. */
  kill: procedure.output(z.void()),
  details: procedure.output(machineDetailsSchema),
  /** Every few seconds while the machine runs. */
  usage: procedure.output(eventIterator(machineUsageSchema)),
};
