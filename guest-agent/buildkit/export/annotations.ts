import { EngineError } from '../../errors.ts';
import { parsePlatform, platformId } from '../../registry/platform.ts';
import type { Attributes } from './attributes.ts';

type Texts = Record<string, string>;

/** What users write into the documents of an image: `annotation-index.KEY=VALUE` and others. */
export interface Annotations {
  readonly index: Texts;
  readonly indexDescriptor: Texts;
  /** By platform. Those without a platform are for each. */
  readonly manifest: (platform: string) => Texts;
  readonly manifestDescriptor: (platform: string) => Texts;
  /** The platforms that annotations name. */
  readonly platforms: readonly string[];
}

const KEY = /^annotation(?:-([a-z-]+))?(?:\[([\w/-]+)\])?\.(\S+)$/;

/** Throws EngineError 'invalid' in Docker's words. */
export function readAnnotations(attributes: Attributes): Annotations {
  const kinds = new Map<string, Map<string, Texts>>(
    ['index', 'index-descriptor', 'manifest', 'manifest-descriptor'].map((kind) => [
      kind,
      new Map(),
    ]),
  );
  for (const [name, value] of Object.entries(attributes)) {
    const [match, kind = 'manifest', platform, key = ''] = KEY.exec(name) ?? [];
    if (match === undefined) continue;
    const byPlatform = kinds.get(kind);
    if (byPlatform === undefined) {
      throw new EngineError('invalid', `unrecognized annotation type ${kind}`);
    }
    const id = platform === undefined ? '' : platformId(parsePlatform(platform));
    byPlatform.set(id, { ...byPlatform.get(id), [key]: value });
  }
  const all = (kind: string): Texts => Object.assign({}, ...[...(kinds.get(kind)?.values() ?? [])]);
  const ofPlatform = (kind: string) => (platform: string) => ({
    ...kinds.get(kind)?.get(''),
    ...kinds.get(kind)?.get(platform),
  });
  return {
    index: all('index'),
    indexDescriptor: all('index-descriptor'),
    manifest: ofPlatform('manifest'),
    manifestDescriptor: ofPlatform('manifest-descriptor'),
    platforms: [...kinds.values()].flatMap((byPlatform) => [...byPlatform.keys()]).filter(Boolean),
  };
}
