import { transferring } from '../../archive/transfer.ts';
import { readOnChange } from '../../engine/changes.ts';
import { removeVolume, volumeSizes } from '../../engine/volumes.ts';
import { cloneVolume, exportVolume, fileSize, importVolume } from '../../volumes/copy.ts';
import { createNewVolume } from '../../volumes/create.ts';
import { readVolumes } from '../../volumes/list.ts';
import { removeUnused } from '../../volumes/prune.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

type Count = (bytes: number) => void;

export function volumeHandlers({ engine }: ScreenHost) {
  const sizeOf = async (name: string) => (await volumeSizes(engine))[name];
  return {
    list: screen.volumes.list.handler(() => readVolumes(engine)),
    watch: screen.volumes.watch.handler(async function* ({ context }) {
      // Container events change which containers use a volume.
      const types = ['volume', 'container'] as const;
      yield* readOnChange(engine, types, () => readVolumes(engine), context.gone);
    }),
    sizes: screen.volumes.sizes.handler(() => volumeSizes(engine)),
    create: screen.volumes.create.handler(({ input }) => createNewVolume(engine, input)),
    remove: screen.volumes.remove.handler(({ input }) => removeVolume(engine, input.name)),
    prune: screen.volumes.prune.handler(async ({ input }) => ({
      removed: await removeUnused(engine, input.names),
    })),
    clone: screen.volumes.clone.handler(async function* ({ input: { name, to }, context }) {
      const work = (count: Count, signal: AbortSignal) =>
        cloneVolume(engine, name, to, count, signal);
      yield* transferring(context.gone, work, await sizeOf(name));
    }),
    export: screen.volumes.export.handler(async function* ({ input: { name, to }, context }) {
      const work = (count: Count, signal: AbortSignal) =>
        exportVolume(engine, name, to, count, signal);
      yield* transferring(context.gone, work, await sizeOf(name));
    }),
    import: screen.volumes.import.handler(async function* ({ input, context }) {
      const work = (count: Count, signal: AbortSignal) =>
        importVolume(engine, input, count, signal);
      yield* transferring(context.gone, work, await fileSize(input.from));
    }),
  };
}
