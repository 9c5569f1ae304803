import { splitReference } from '../../../../guest-agent/grammar/reference.ts';
import { pullAuth, registryAuth } from '../../credentials/registry-auth.ts';
import { readOnChange } from '../../engine/changes.ts';
import {
  importImage,
  loadImages,
  pushImage,
  saveImages,
  searchImages,
} from '../../engine/image-archives.ts';
import { pullImage, removeImage, tagImage } from '../../engine/images.ts';
import { readArchive, saveArchive } from '../../images/archive-files.ts';
import { imageDetails } from '../../images/details.ts';
import { tallied } from '../../images/pull-progress.ts';
import { withRegistryHint } from '../../images/registry-hint.ts';
import { imageSteps } from '../../images/steps.ts';
import { readImages } from '../images.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

/** The maximum number of results of Docker Hub's search. */
const SEARCH_LIMIT = 25;

export function imageHandlers({ engine, credentials, settings }: ScreenHost) {
  return {
    list: screen.images.list.handler(() => readImages(engine)),
    watch: screen.images.watch.handler(async function* ({ context }) {
      yield* readOnChange(engine, 'image', () => readImages(engine), context.gone);
    }),
    inspect: screen.images.inspect.handler(({ input }) => imageDetails(engine, input.reference)),
    history: screen.images.history.handler(({ input }) => imageSteps(engine, input.reference)),
    pull: screen.images.pull.handler(async function* ({ input, context }) {
      const { reference, platform } = input;
      const messages = pullImage(engine, reference, {
        ...(await pullAuth({ credentials, settings }, reference)),
        signal: context.gone,
        ...(platform === undefined ? {} : { platform }),
      });
      yield* tallied(messages, reference);
    }),
    push: screen.images.push.handler(async function* ({ input: { reference }, context }) {
      const { name, tag } = splitReference(reference);
      const auth = await registryAuth(credentials, name);
      const options = { tag, signal: context.gone };
      yield* tallied(pushImage(engine, name, options, auth), reference);
    }),
    tag: screen.images.tag.handler(({ input }) => tagImage(engine, input.reference, input.name)),
    save: screen.images.save.handler(async function* ({ input, context }) {
      const archive = await saveImages(engine, input.references, { signal: context.gone });
      yield* saveArchive(archive, input.path);
    }),
    load: screen.images.load.handler(async function* ({ input, context }) {
      yield* readArchive(input.path, context.gone, (archive) =>
        loadImages(engine, archive, { quiet: false }),
      );
    }),
    import: screen.images.import.handler(async function* ({ input: { path, name }, context }) {
      yield* readArchive(path, context.gone, (archive) => importImage(engine, archive, name, {}));
    }),
    remove: screen.images.remove.handler(async ({ input: { reference, force } }) => {
      await removeImage(engine, reference, { force });
    }),
    search: screen.images.search.handler(async ({ input: { term } }) => {
      const results = await searchImages(engine, term, { limit: SEARCH_LIMIT }).catch(
        (error: unknown) => {
          throw withRegistryHint(error, term);
        },
      );
      return results.map(({ name, description, star_count, is_official }) => ({
        name,
        description,
        stars: star_count,
        official: is_official,
      }));
    }),
  };
}
