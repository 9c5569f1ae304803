import { join } from 'node:path';
import type { Images } from '../engine/images/images.ts';
import {
  type ImageRecord,
  imageRecordSchema,
  type NameRecord,
  nameRecordId,
  nameRecordSchema,
} from '../engine/images/store/records.ts';
import { EngineError } from '../errors.ts';
import { familiarName, parseReference } from '../registry/reference.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { type Examined, type Finding, mismatch, orphan } from './finding.ts';
import { examineRecords } from './records.ts';

const hex = (digest: string) => digest.slice('sha256:'.length);

/** Whether each image has its record, its names and its whole documents. */
export async function examineImages(
  images: Images,
  data: string,
  isTemporary: (path: string) => Promise<boolean>,
): Promise<Examined> {
  const directory = join(data, 'images');
  const { store } = images;
  const list = store.list();
  const findings = await examineRecords<ImageRecord>({
    directory: join(directory, 'images'),
    schema: imageRecordSchema,
    records: new Map(list.map(({ id, record }) => [hex(id), record])),
    unreadable: store.unreadable().map(hex),
    describe: (id) => `image ${id.slice(0, 12)}`,
  });
  const lostNames = store.unreadableNames();
  findings.push(
    ...(await examineRecords<NameRecord>({
      directory: join(directory, 'names'),
      schema: nameRecordSchema,
      records: new Map(store.nameRecords().map((record) => [nameRecordId(record.name), record])),
      unreadable: lostNames.map(({ name }) => nameRecordId(name)),
      describe: (id, record) =>
        `image name ${record ? familiarName(parseReference(record.name)) : id.slice(0, 12)}`,
      // A name that an image gets again keeps its old time.
      compared: ({ since: _, ...record }) => record,
    })),
  );
  for (const { id, record, layers } of list) {
    const about = `image ${store.namesOf(id).map(familiarName)[0] ?? hex(id).slice(0, 12)}`;
    const hint = 'Pull or build the image again.';
    for (const blob of record.blobs) {
      const problem = await blobProblem(images, blob);
      if (problem === undefined) continue;
      findings.push({
        ...{ kind: problem.kind, about, hint },
        message: `A document of ${about} ${problem.text}: ${blob}.`,
      });
    }
    const missing = layers.filter((layer) => images.layers.get(layer) === undefined);
    if (missing.length === 0) continue;
    findings.push({
      ...{ kind: 'lost', about, hint },
      message: `${missing.length} layers of ${about} are missing.`,
    });
  }
  for (const record of store.nameRecords()) {
    if (store.get(record.image) !== undefined) continue;
    const about = `image name ${familiarName(parseReference(record.name))}`;
    findings.push(mismatch(about, `${about} names an image that doesn't exist.`));
  }
  for (const digest of images.unneeded()) {
    findings.push(
      orphan(
        digest,
        `No image, container or build step uses the stored data ${digest}.`,
        'Berth keeps what an interrupted pull has downloaded, for the next try. To remove it, run: berth image prune',
      ),
    );
  }
  for (const name of await namesIn(join(data, 'blobs'))) {
    const path = join(data, 'blobs', name);
    if (images.content.has(`sha256:${name}`) || (await isTemporary(path))) continue;
    findings.push(orphan(path, `No image, container or build step uses ${path}.`));
  }
  return { checked: list.length, findings };
}

async function blobProblem(
  { content }: Images,
  digest: string,
): Promise<{ readonly kind: Finding['kind']; readonly text: string } | undefined> {
  if (!content.has(digest)) return { kind: 'lost', text: 'is missing' };
  try {
    await content.read(digest);
    return undefined;
  } catch (error) {
    if (error instanceof EngineError) return { kind: 'damaged', text: 'is damaged' };
    return { kind: 'damaged', text: `can't be read (${(error as Error).message})` };
  }
}
