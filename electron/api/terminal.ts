import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

const size = {
  columns: z.number().int().min(1).max(1000),
  rows: z.number().int().min(1).max(1000),
};

/** What a terminal shows of a container. */
const processSchema = z.discriminatedUnion('kind', [
  /** The main process, beginning with its output so far. */
  z.object({ kind: z.literal('main') }),
  /** Another process in a running container. */
  z.object({ kind: z.literal('exec'), command: z.array(z.string()).min(1) }),
  /** The best shell that a running container has. */
  z.object({ kind: z.literal('shell') }),
  /** The last `tail` lines of the log, then what is added until the container stops. */
  z.object({ kind: z.literal('logs'), tail: z.number().int().min(0) }),
]);
export type TerminalProcess = z.infer<typeof processSchema>;

/** What a terminal shows besides containers. */
const hostProcessSchema = z.discriminatedUnion('kind', [
  /** The user's own shell on the host, with `berth` and `docker` set up for the VM. */
  z.object({ kind: z.literal('host-shell') }),
  /** A shell of the VM's root user. */
  z.object({ kind: z.literal('machine-shell') }),
  /** The VM's console: its output since the start, then new output. */
  z.object({ kind: z.literal('machine-console') }),
]);
export type HostProcess = z.infer<typeof hostProcessSchema>;

/** One command in a new container of a project's service. The terminal's end removes the container. */
const serviceRunSchema = z.object({
  kind: z.literal('one-off'),
  files: z.array(z.string().min(1)).min(1),
  service: z.string().min(1),
  /** As typed in a shell. The service's own command if it is empty. */
  command: z.string(),
  /** Leaves the services alone that the service depends on. */
  noDeps: z.boolean(),
  /** Publishes the ports of the service. */
  servicePorts: z.boolean(),
});
export type ServiceRun = z.infer<typeof serviceRunSchema>;

/** A shell in a container of a pod. */
const podShellSchema = z.object({
  kind: z.literal('pod'),
  context: z.string().min(1),
  namespace: z.string().min(1),
  pod: z.string().min(1),
  container: z.string().min(1),
});
export type PodShell = z.infer<typeof podShellSchema>;

/** What a terminal is opened for. */
export const terminalTargetSchema = z.union([
  z.object({ container: z.string().min(1), process: processSchema }),
  z.object({
    process: z.discriminatedUnion('kind', [
      ...hostProcessSchema.options,
      serviceRunSchema,
      podShellSchema,
    ]),
  }),
]);
export type TerminalTarget = z.infer<typeof terminalTargetSchema>;

export const terminalEventSchema = z.discriminatedUnion('type', [
  /** Always first: names the terminal for the other procedures. */
  z.object({ type: z.literal('opened'), terminal: z.string() }),
  z.object({ type: z.literal('output'), text: z.string() }),
  /** Always last, unless the connection breaks; without a code when the engine knows none. */
  z.object({ type: z.literal('exited'), exitCode: z.number().int().optional() }),
]);
export type TerminalEvent = z.infer<typeof terminalEventSchema>;

/** Characters that a terminal may send before the user interface must grant more. */
export const initialCredit = 256 * 1024;

const target = z.object({ terminal: z.string() });

/**
 * A terminal lives as long as the iteration over `open`: ending it closes the terminal and leaves
 * the main process running. Output flows while there is credit. The user interface calls `grant`
 * for the output that it has drawn, so that a flood waits in the container and not in memory.
 */
export const terminalProcedures = {
  open: procedure
    .input(terminalTargetSchema.and(z.object(size)))
    .output(eventIterator(terminalEventSchema)),
  /** Resolves once the engine has taken the text: one write at a time keeps keys in order. */
  write: procedure.input(target.extend({ text: z.string() })).output(z.void()),
  resize: procedure.input(target.extend(size)).output(z.void()),
  grant: procedure
    .input(target.extend({ characters: z.number().int().positive() }))
    .output(z.void()),
};
