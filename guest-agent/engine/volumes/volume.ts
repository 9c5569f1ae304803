import * as z from 'zod';
import { EngineError } from '../../errors.ts';

/** A volume. Saved as a JSON file. */
export const volumeSchema = z.object({
  name: z.string(),
  createdAt: z.iso.datetime(),
  labels: z.record(z.string(), z.string()),
  /** `type`, `o` and `device`: the mount of the volume, in mount(8)'s words. */
  options: z.record(z.string(), z.string()),
  /** Created for a container that named no volume. */
  anonymous: z.boolean(),
});
export type Volume = z.infer<typeof volumeSchema>;

export interface VolumeSettings {
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
}

export const describeVolume = (name: string) => `volume ${name}`;

/** Whether the volume is a mounted device instead of a directory on the data disk. */
export const isDevice = ({ options }: Volume) => options.device !== undefined;

/** The host's directory that the volume stands for, after `type=none,o=bind`. */
export function boundDirectory({ options: { o = '', device } }: Volume): string | undefined {
  const isBind = o.split(',').some((option) => option === 'bind' || option === 'rbind');
  return isBind ? device : undefined;
}

/** Throws EngineError 'invalid' for options that Docker's local driver doesn't accept. */
export function checkOptions(name: string, options: Readonly<Record<string, string>>): void {
  const names = Object.keys(options);
  const unknown = names.find((option) => !['type', 'o', 'device'].includes(option));
  if (unknown) throw new EngineError('invalid', `create ${name}: invalid option: "${unknown}"`);
  const missing = ['type', 'device'].find((option) => names.length > 0 && !options[option]);
  if (missing) {
    throw new EngineError('invalid', `create ${name}: missing required option: "${missing}"`);
  }
}
