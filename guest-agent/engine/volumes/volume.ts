import * as z from 'zod';
import { EngineError } from '../../errors.ts';

/** A volume; its durable form is one JSON file. */
export const volumeSchema = z.object({
  name: z.string(),
  createdAt: z.iso.datetime(),
  labels: z.record(z.string(), z.string()),
  /** `type`, `o` and `device`: what is mounted as the volume, as mount(8) takes them. */
  options: z.record(z.string(), z.string()),
  /** Made for a container that named no volume. */
  anonymous: z.boolean(),
});
export type Volume = z.infer<typeof volumeSchema>;

export interface VolumeSettings {
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
}

export const describeVolume = (name: string) => `volume ${name}`;

/** Whether something else than a directory of ours is mounted as the volume. */
export const isDevice = ({ options }: Volume) => options.device !== undefined;

/** Throws EngineError 'invalid' for what Docker's local driver doesn't take. */
export function checkOptions(name: string, options: Readonly<Record<string, string>>): void {
  const names = Object.keys(options);
  const unknown = names.find((option) => !['type', 'o', 'device'].includes(option));
  if (unknown) throw new EngineError('invalid', `create ${name}: invalid option: "${unknown}"`);
  const missing = ['type', 'device'].find((option) => names.length > 0 && !options[option]);
  if (missing) {
    throw new EngineError('invalid', `create ${name}: missing required option: "${missing}"`);
  }
}
