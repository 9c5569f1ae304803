import { transferring } from '../../archive/transfer.ts';
import { removeFile, renameFile } from '../../engine/files.ts';
import { download } from '../../files/download.ts';
import { readFolderList } from '../../files/list-folder.ts';
import { readFile } from '../../files/read-file.ts';
import { localSize, upload } from '../../files/upload.ts';
import { createFile, createFolder, saveFile } from '../../files/write-file.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function fileHandlers({ engine }: ScreenHost) {
  return {
    list: screen.files.list.handler(({ input: { place, path } }) =>
      readFolderList(engine, place, path),
    ),
    read: screen.files.read.handler(({ input: { place, path } }) => readFile(engine, place, path)),
    save: screen.files.save.handler(async ({ input: { place, path, text, version } }) => ({
      version:
        version === undefined
          ? await createFile(engine, place, path, text)
          : await saveFile(engine, place, path, text, version),
    })),
    createFolder: screen.files.createFolder.handler(({ input: { place, path } }) =>
      createFolder(engine, place, path),
    ),
    rename: screen.files.rename.handler(({ input: { place, path, to } }) =>
      renameFile(engine, place, path, to),
    ),
    remove: screen.files.remove.handler(({ input: { place, path } }) =>
      removeFile(engine, place, path),
    ),
    download: screen.files.download.handler(async function* ({ input, context }) {
      yield* transferring(context.gone, (count, signal) => download(engine, input, count, signal));
    }),
    upload: screen.files.upload.handler(async function* ({ input, context }) {
      const work = (count: (bytes: number) => void, signal: AbortSignal) =>
        upload(engine, input, count, signal);
      yield* transferring(context.gone, work, await localSize(input.from));
    }),
  };
}
