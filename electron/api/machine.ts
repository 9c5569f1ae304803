import * as z from 'zod';
import { domainsSchema } from './domains.ts';
import { publishedPortSchema } from './ports.ts';

/**
 * The VM's state. `failed`: it should run and doesn't; `failure` says why. `suspended`: a start
 * resumes it.
 */
export const machineStateSchema = z.enum([
  'stopped',
  'starting',
  'running',
  'stopping',
  'suspending',
  'suspended',
  'failed',
]);
export type MachineState = z.infer<typeof machineStateSchema>;

/** A named step of a start. Shows how far a slow or failed start got. */
export const bootStepSchema = z.enum([
  'prepare', // disks, keys, config disk
  'backup', // a copy of the data disk, before its format changes
  'launch', // the hypervisor process, and the memory of a suspended machine
  'kernel', // kernel and init, seen on the console
  'ssh', // first authenticated SSH connection
  'engine', // the engine answers /_ping
]);
export type BootStep = z.infer<typeof bootStepSchema>;

/**
 * Why the VM isn't running: a message for people, a hint what to do, and the console's last lines.
 */
export const machineFailureSchema = z.object({
  step: bootStepSchema.optional(),
  message: z.string(),
  hint: z.string().optional(),
  console: z.array(z.string()),
});
export type MachineFailure = z.infer<typeof machineFailureSchema>;

/** A problem with a shared folder while the VM runs. */
export const folderProblemSchema = z.object({
  path: z.string(),
  problem: z.string(),
  hint: z.string(),
});
export type FolderProblem = z.infer<typeof folderProblemSchema>;

/** The program of a VM's background process. An update of Berth replaces the file. */
export const supervisorProgramSchema = z.object({
  version: z.string(),
  path: z.string(),
  /** Size and time of the file when the process started. */
  stamp: z.string(),
});
export type SupervisorProgram = z.infer<typeof supervisorProgramSchema>;

export const machineStatusSchema = z.object({
  name: z.string(),
  state: machineStateSchema,
  /** Stopped because it was idle: the next call on the engine's socket starts the VM. */
  asleep: z.boolean().optional(),
  /** The present step while `starting`. */
  step: bootStepSchema.optional(),
  driver: z.string(),
  /** kvm, hvf, whpx or tcg. tcg is emulation, and users see that it is slow. */
  accelerator: z.string().optional(),
  /** Why the processor is emulated, and what to do about it. */
  acceleratorNote: z.string().optional(),
  /** Why a suspended VM started from scratch. */
  startNote: z.string().optional(),
  /** Why the VM doesn't use the newest VM image. */
  imageNote: z.string().optional(),
  cpus: z.number().int(),
  memoryMiB: z.number().int(),
  diskGiB: z.number().int(),
  /** Process ID of the hypervisor. */
  pid: z.number().int().optional(),
  startedAt: z.iso.datetime().optional(),
  /** The host ports of running containers, while the VM runs. */
  ports: z.array(publishedPortSchema).optional(),
  /** Names of containers that serve the web, if there are any. */
  domains: domainsSchema.optional(),
  /** Shared folders with problems, while the VM runs. */
  folderProblems: z.array(folderProblemSchema).optional(),
  /** Since when the engine of a running VM hasn't answered. */
  engineNotAnsweringSince: z.iso.datetime().optional(),
  failure: machineFailureSchema.optional(),
  /** Resources that were chosen while the VM runs are being applied. */
  adjusting: z.boolean().optional(),
  /** Digests of the settings that the running VM has, by name. */
  applied: z.record(z.string(), z.string()).optional(),
  /** The background process's program. Absent if an older version of Berth started the process. */
  program: supervisorProgramSchema.optional(),
  /** The background process has left the running VM to the next one, and hasn't been replaced yet. */
  handedOverAt: z.iso.datetime().optional(),
});
export type MachineStatus = z.infer<typeof machineStatusSchema>;
