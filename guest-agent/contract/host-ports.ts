import { z } from 'zod';

/**
 * What the host says on the guest's ports socket, one JSON document a line, over one connection
 * that stays: the containers whose published ports are open on the host by now, or are known not
 * to be. Each replaces the one before.
 */
export const hostPortsSchema = z.object({ containers: z.array(z.string()) });
export type HostPortsReport = z.infer<typeof hostPortsSchema>;
