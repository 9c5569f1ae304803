import * as z from 'zod';
import { domainsSchema } from './domains.ts';
import { publishedPortSchema } from './ports.ts';

/**
 * What a machine is doing. `failed`: it was meant to run and does not; `failure` says why.
 * `suspended`: a start has it go on where it was.
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

/** One named step of a start, so that a start that fails or is slow says where it stands. */
export const bootStepSchema = z.enum([
  'prepare', // disks, keys, config disk
  'backup', // a copy of the data disk, when its format is about to change
  'launch', // the hypervisor process, and the memory of a suspended machine
  'kernel', // kernel and init, seen on the console
  'ssh', // first authenticated SSH connection
  'engine', // the engine answers /_ping
]);
export type BootStep = z.infer<typeof bootStepSchema>;

/** Why a machine is not running: message for people, a hint what to do, the console's last lines. */
export const machineFailureSchema = z.object({
  step: bootStepSchema.optional(),
  message: z.string(),
  hint: z.string().optional(),
  console: z.array(z.string()),
});
export type MachineFailure = z.infer<typeof machineFailureSchema>;

/** What is wrong with a shared folder of this computer while the machine runs. */
export const folderProblemSchema = z.object({
  path: z.string(),
  problem: z.string(),
  hint: z.string(),
});
export type FolderProblem = z.infer<typeof folderProblemSchema>;

export const machineStatusSchema = z.object({
  name: z.string(),
  state: machineStateSchema,
  /** Stopped because nobody needed it: the next call on the engine's socket starts it. */
  asleep: z.boolean().optional(),
  /** The step under way while `starting`. */
  step: bootStepSchema.optional(),
  driver: z.string(),
  /** kvm, hvf, whpx or tcg; tcg is emulation, and users are told that it is slow. */
  accelerator: z.string().optional(),
  /** Why the processor is emulated, and what to do about it. */
  acceleratorNote: z.string().optional(),
  /** Why a suspended machine started anew. */
  startNote: z.string().optional(),
  cpus: z.number().int(),
  memoryMiB: z.number().int(),
  diskGiB: z.number().int(),
  /** Process ID of the hypervisor. */
  pid: z.number().int().optional(),
  startedAt: z.iso.datetime().optional(),
  /** Ports of its running containers on this computer, while it runs. */
  ports: z.array(publishedPortSchema).optional(),
  /** Names of those that serve the web, while there are any. */
  domains: domainsSchema.optional(),
  /** Shared folders that do not work as they should, while it runs. */
  folderProblems: z.array(folderProblemSchema).optional(),
  /** While it runs and its engine is silent: since when. */
  engineNotAnsweringSince: z.iso.datetime().optional(),
  failure: machineFailureSchema.optional(),
  /** It is being given resources that were chosen while it runs. */
  adjusting: z.boolean().optional(),
  /** Digests of the settings that it has, by their names. */
  applied: z.record(z.string(), z.string()).optional(),
});
export type MachineStatus = z.infer<typeof machineStatusSchema>;
