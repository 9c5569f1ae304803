import type { Command } from 'commander';
import { splitTag } from '../../../../guest-agent/grammar/reference.ts';
import type { Filters } from '../../../host/engine/containers.ts';
import { type ImageSummary, listImages } from '../../../host/engine/images.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { collectFilter } from '../../flags/repeated.ts';
import { timeAgo } from '../../format/duration.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { humanSize } from '../../format/size.ts';
import { shortId } from '../../format/text.ts';
import { createdAt } from '../../format/timestamp.ts';

interface ImagesOptions {
  readonly all?: boolean;
  readonly digests?: boolean;
  readonly filter?: Filters;
  readonly format?: string;
  readonly quiet?: boolean;
  readonly trunc: boolean;
}

const NONE = '<none>';
const UNKNOWN = 'N/A';

const HEADERS = {
  CreatedAt: 'CREATED AT',
  CreatedSince: 'CREATED',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  Size: 'SIZE',
  Tag: 'TAG',
};

export function define(command: Command, context: CliContext): void {
  command
    .argument('[repository[:tag]]')
    .option('-a, --all', 'Show all images (default hides intermediate images)')
    .option('--digests', 'Show digests')
    .option(
      '-f, --filter <name=value>',
      'Filter output based on conditions provided, e.g. dangling=true',
      collectFilter,
    )
    .option(
      '--format <template>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Repository}}',
    )
    .option('--no-trunc', "Don't truncate output")
    .option('-q, --quiet', 'Only show image IDs')
    .action(async (repository: string | undefined, options: ImagesOptions) => {
      const { all, digests, filter, format, quiet, trunc } = options;
      const filters = repository === undefined ? filter : { ...filter, reference: [repository] };
      const images = await listImages(await connectEngine(context), {
        ...(all ? { all } : {}),
        ...(filters ? { filters } : {}),
      });
      const shown = { truncate: trunc, digests: digests ?? format?.includes('.Digest') ?? false };
      const rows = images.flatMap((image) => imageRows(image, shown));
      const digestColumn = digests ? '\t{{.Digest}}' : '';
      context.stdout.write(
        renderListing(rows, {
          format: quiet && format === undefined ? '{{.ID}}' : format,
          table: `{{.Repository}}\t{{.Tag}}${digestColumn}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}`,
          headers: HEADERS,
        }),
      );
    });
}

/**
 * One row for each tag and for each digest of a name without tags; one row for an image with no
 * name.
 */
export function imageRows(
  image: ImageSummary,
  { truncate, digests }: { truncate: boolean; digests: boolean },
): ListingRow[] {
  const { Containers = -1, SharedSize = -1 } = image;
  const row = (Repository: string, Tag: string, digest: string | undefined): ListingRow => ({
    Containers: Containers < 0 ? UNKNOWN : String(Containers),
    CreatedAt: createdAt(image.Created),
    CreatedSince: timeAgo(image.Created),
    Digest: digests && digest !== undefined ? digest : NONE,
    ID: truncate ? shortId(image.Id) : image.Id,
    Repository,
    SharedSize: SharedSize < 0 ? UNKNOWN : humanSize(SharedSize),
    Size: humanSize(image.Size, 3),
    Tag,
    UniqueSize: SharedSize < 0 ? UNKNOWN : humanSize(image.Size - SharedSize),
  });
  const digestOf = new Map(
    image.RepoDigests.map((digest) => digest.split('@') as [string, string]),
  );
  const tags = image.RepoTags.filter((tag) => tag !== `${NONE}:${NONE}`).map(splitTag);
  const tagged = tags.map(({ name, tag }) => row(name, tag ?? NONE, digestOf.get(name)));
  const untagged = [...digestOf]
    .filter(([name]) => name !== NONE && !tags.some((tag) => tag.name === name))
    .map(([name, digest]) => row(name, NONE, digest));
  const rows = [...tagged, ...untagged];
  return rows.length > 0 ? rows : [row(NONE, NONE, undefined)];
}
