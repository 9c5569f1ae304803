import * as z from 'zod';
import { flag, text, textMap } from '../request-fields.ts';

/** Body of `POST /networks/create`. */
export const networkCreateSchema = z.object({
  Name: text,
  Driver: text,
  Scope: text,
  Internal: flag,
  Attachable: flag,
  Ingress: flag,
  ConfigOnly: flag,
  EnableIPv4: z.boolean().nullish(),
  EnableIPv6: flag,
  IPAM: z
    .object({
      Driver: text,
      Options: z
        .record(z.string(), z.string())
        .nullish()
        .transform((value) => value ?? null),
      Config: z
        .array(
          z.object({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: textMap }),
        )
        .nullish()
        .transform((value) => value ?? []),
    })
    .nullish()
    .transform((value) => value ?? { Driver: '', Options: null, Config: [] }),
  Options: textMap,
  Labels: textMap,
});
export type NetworkCreateRequest = z.infer<typeof networkCreateSchema>;
