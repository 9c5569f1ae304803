import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';
import { machineStatusSchema } from './machine.ts';
import { hypervisorSchema, nativeAcceleratorSchema } from './settings.ts';

/** The host's resources, which are the most that the VM can get. */
export const hostResourcesSchema = z.object({
  cpus: z.number().int(),
  memoryMiB: z.number().int(),
  /** The accelerator of the host's system, whether it works or not. */
  accelerator: nativeAcceleratorSchema.optional(),
  /** The hypervisors that the host's system can have, whether they are installed or not. */
  hypervisors: z.array(hypervisorSchema),
});
export type HostResources = z.infer<typeof hostResourcesSchema>;

/** Details of the VM beyond its status. */
export const machineDetailsSchema = z.object({
  /** The engine's address on the host: a Unix socket, or a named pipe. */
  engineSocket: z.string(),
  /** The same address in the form of `DOCKER_HOST`. */
  dockerHost: z.string(),
  /** Versions inside the VM; absent while the engine doesn't answer. */
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

/**
 * Resource usage of the whole VM. Memory is in bytes, without the part that the kernel can free.
 */
export const machineUsageSchema = z.object({
  /** The share of all processors in use: 0 to 1. */
  cpu: z.number(),
  memory: z.number(),
  memoryTotal: z.number(),
  /** Bytes on the data disk. */
  disk: z.number(),
  diskTotal: z.number(),
});
export type MachineUsage = z.infer<typeof machineUsageSchema>;

export const machineProcedures = {
  status: procedure.output(machineStatusSchema),
  /** The present status, and again after each change. */
  watch: procedure.output(eventIterator(machineStatusSchema)),
  /** Resolves once the engine answers. `watch` reports the steps meanwhile. */
  start: procedure.output(machineStatusSchema),
  stop: procedure.output(z.void()),
  /**
   * Saves the VM with everything that runs in it, and ends it. If that fails, the VM keeps running.
   */
  suspend: procedure.output(z.void()),
  /** Stops the VM, whatever its state, and starts it. */
  restart: procedure.output(machineStatusSchema),
  /** Ends the VM as a power cut would. */
  kill: procedure.output(z.void()),
  details: procedure.output(machineDetailsSchema),
  /** Asks the host alone, so it answers at once, even if the VM doesn't. */
  hostResources: procedure.output(hostResourcesSchema),
  /** Whether Berth can turn on a feature of the host's system that makes the VM fast. */
  offersAcceleration: procedure.output(z.boolean()),
  /**
   * Turns that feature on; the system asks the user for permission. Resolves with what the user must
   * do next.
   */
  turnOnAcceleration: procedure.output(z.string()),
  /** Every few seconds while the VM runs. */
  usage: procedure.output(eventIterator(machineUsageSchema)),
};
