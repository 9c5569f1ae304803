import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './failure.ts';

/** A container on a network. It has addresses while it runs. */
export const memberSchema = z.object({
  id: z.string(),
  name: z.string(),
  running: z.boolean(),
  address: z.string().optional(),
  address6: z.string().optional(),
  mac: z.string().optional(),
  /** Other names by which containers find it. */
  aliases: z.array(z.string()),
});
export type Member = z.infer<typeof memberSchema>;

export const networkSchema = z.object({
  id: z.string(),
  name: z.string(),
  driver: z.string(),
  createdAt: z.iso.datetime().optional(),
  /** Built in: can neither be removed nor changed. */
  builtIn: z.boolean(),
  /** Without access to anything outside of the network. */
  internal: z.boolean(),
  ipv6: z.boolean(),
  /** At most one of each family. */
  subnets: z.array(z.object({ subnet: z.string(), gateway: z.string().optional() })),
  options: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  members: z.array(memberSchema),
});
export type Network = z.infer<typeof networkSchema>;

export const newNetworkSchema = z.object({
  name: z.string().min(1),
  driver: z.enum(['bridge']),
  /** CIDR form; the engine chooses a subnet if this is absent. */
  subnet: z.string().optional(),
  gateway: z.string().optional(),
  internal: z.boolean(),
  ipv6: z.boolean(),
});
export type NewNetwork = z.infer<typeof newNetworkSchema>;

/** A network's ID or name. */
const target = z.object({ id: z.string().min(1) });
const pair = target.extend({ container: z.string().min(1) });

export const networkProcedures = {
  list: procedure.output(z.array(networkSchema)),
  /** The present list, and again after each change. */
  watch: procedure.output(eventIterator(z.array(networkSchema))),
  create: procedure.input(newNetworkSchema).output(target),
  connect: procedure
    .input(pair.extend({ aliases: z.array(z.string()), address: z.string().optional() }))
    .output(z.void()),
  disconnect: procedure.input(pair).output(z.void()),
  /** Fails while a container uses the network. */
  remove: procedure.input(target).output(z.void()),
  /** Removes those networks that no container uses at that moment. */
  prune: procedure
    .input(z.object({ ids: z.array(z.string()) }))
    .output(z.object({ removed: z.number().int() })),
};
