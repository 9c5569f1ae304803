import * as z from 'zod';
import { text } from '../../request-fields.ts';

/** The fields of the Engine API's `EndpointSettings` that a client can set. */
export const endpointRequestSchema = z
  .object({
    IPAMConfig: z.object({ IPv4Address: text, IPv6Address: text }).nullish(),
    Links: z.array(z.string()).nullish(),
    Aliases: z.array(z.string()).nullish(),
    MacAddress: text,
    DriverOpts: z.record(z.string(), z.string()).nullish(),
    GwPriority: z.int().nullish(),
  })
  .nullish()
  .transform((value) => ({
    aliases: value?.Aliases ?? [],
    links: value?.Links ?? [],
    askedAddress: value?.IPAMConfig?.IPv4Address ?? '',
    askedAddress6: value?.IPAMConfig?.IPv6Address ?? '',
    askedMacAddress: value?.MacAddress ?? '',
    driverOptions: value?.DriverOpts ?? {},
    gatewayPriority: value?.GwPriority ?? 0,
  }));
export type EndpointRequest = z.infer<typeof endpointRequestSchema>;
