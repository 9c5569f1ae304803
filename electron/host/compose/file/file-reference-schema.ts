import * as z from 'zod';
import { spec, text } from './units.ts';

/** A secret or config that a service mounts as a file. */
export interface FileReference {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal. */
  readonly mode?: string;
}

/** A reference to a secret or a config; `target` says where its file is by default. */
export const fileReference = (target: (source: string) => { target?: string }) =>
  z.union([
    z.string().transform((source): FileReference => ({ source, ...target(source) })),
    spec({
      source: text,
      target: text.optional(),
      uid: text.optional(),
      gid: text.optional(),
      mode: z
        .union([z.number(), z.string().regex(/^[0-7]+$/, 'must be octal')])
        .transform(
          (mode) => `0${(typeof mode === 'number' ? mode : Number.parseInt(mode, 8)).toString(8)}`,
        )
        .optional(),
    }).transform((file): FileReference => {
      const { source, uid, gid, mode } = file;
      const given = { uid, gid, mode };
      return {
        source,
        ...target(source),
        ...(file.target === undefined ? {} : { target: file.target }),
        ...(Object.fromEntries(
          Object.entries(given).filter(([, value]) => value !== undefined),
        ) as Pick<FileReference, 'uid' | 'gid' | 'mode'>),
      };
    }),
  ]);
