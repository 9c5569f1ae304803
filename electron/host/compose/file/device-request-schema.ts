import * as z from 'zod';
import { defined } from '../../../../guest-agent/grammar/defined.ts';
import { integer, mapping, spec, text, texts } from './units.ts';

/** As many devices as there are. */
const ALL = -1;

/** Devices that a driver of the engine adds, such as GPUs. */
export const deviceRequest = spec({
  capabilities: texts.optional(),
  driver: text.optional(),
  count: z.union([z.literal('all').transform(() => ALL), integer]).optional(),
  device_ids: texts.optional(),
  options: mapping.optional(),
}).transform(({ capabilities, driver, count, ...rest }) => ({
  // Docker's hashes depend on the order of the keys.
  ...defined({ capabilities, driver, count: count ?? (rest.device_ids ? undefined : ALL) }),
  ...rest,
}));
export type DeviceRequest = z.output<typeof deviceRequest>;

/** `gpus: all`, or a list of requests. */
export const gpusSchema = z.union([
  text.transform((): DeviceRequest[] => [{ count: ALL }]),
  z.array(deviceRequest),
]);
