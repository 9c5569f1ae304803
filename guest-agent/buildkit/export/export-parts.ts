import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Registries } from '../../engine/images/registries.ts';
import type { Job } from '../jobs/job.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Attributes } from './attributes.ts';
import type { PlatformImage } from './write-image.ts';

export interface ExportParts {
  readonly engine: Engine;
  readonly images: Images;
  readonly registries: Registries;
  readonly sessions: Sessions;
}

/** What a build gives to all of its outputs. */
export interface BuildExport {
  readonly job: Job;
  readonly platforms: readonly PlatformImage[];
  /** Whether the build is for several platforms, or its client treats it like that. */
  readonly isMap: boolean;
  /** The build argument SOURCE_DATE_EPOCH. */
  readonly epoch: string | undefined;
}

/** One output, as the client asked for it. */
export interface Output {
  /** Its place among the outputs, by which the client knows it. */
  readonly index: number;
  readonly type: string;
  readonly attributes: Attributes;
}

/** What a client learns of an export. */
export type Response = Record<string, string>;

/** The descriptor of an image for clients. */
export function encodedDescriptor(descriptor: object): string {
  return Buffer.from(JSON.stringify(descriptor)).toString('base64');
}
