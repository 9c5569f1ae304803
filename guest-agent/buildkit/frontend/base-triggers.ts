import { type Instruction, parseTrigger } from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import type { BuildSession, Progress } from '../../build/session.ts';
import type { Stage } from '../../build/stages.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';

/**
 * The `ONBUILD` instructions of the images that stages begin with: of `found`, and of images that
 * the client gave as contexts.
 */
export async function* baseTriggers(
  { args, escapeChar, client, keep }: Pick<BuildSession, 'args' | 'escapeChar' | 'client' | 'keep'>,
  stages: readonly Stage[],
  found: readonly StoredImage[],
): Progress<Instruction[]> {
  const images = [...found];
  for (const { base, isSkipped } of stages) {
    if (isSkipped) continue;
    const given = client.named(expandWord(base, args.globals(), escapeChar));
    const image = given?.kind === 'image' ? yield* given.open() : undefined;
    if (image === undefined) continue;
    keep(image);
    images.push(image);
  }
  return images.flatMap(({ config }) =>
    (config.OnBuild ?? []).map((trigger) => parseTrigger(trigger, escapeChar)),
  );
}
