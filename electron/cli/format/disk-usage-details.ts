import type { DiskUsage } from '../../host/engine/system.ts';
import { containerRow } from '../commands/container/ps.ts';
import { imageRows } from '../commands/image/images.ts';
import { timeAgo } from './duration.ts';
import { type ListingRow, renderListing } from './listing.ts';
import { humanSize } from './size.ts';
import { shortId } from './text.ts';

/** A table of `system df --verbose`: headers by field, in the order of the columns. */
function section(title: string, headers: Record<string, string>, rows: ListingRow[]): string {
  const table = Object.keys(headers)
    .map((field) => `{{.${field}}}`)
    .join('\t');
  return `${title}\n\n${renderListing(rows, { table, headers })}`;
}

/** The output of `system df --verbose`. */
export function diskUsageDetails({ Images, Containers, Volumes, BuildCache }: DiskUsage): string {
  const own = BuildCache.filter(({ Shared }) => !Shared);
  const cacheBytes = own.reduce((total, { Size }) => total + Size, 0);
  return [
    section(
      'Images space usage:',
      {
        Repository: 'REPOSITORY',
        Tag: 'TAG',
        ID: 'IMAGE ID',
        CreatedSince: 'CREATED',
        Size: 'SIZE',
        SharedSize: 'SHARED SIZE',
        UniqueSize: 'UNIQUE SIZE',
        Containers: 'CONTAINERS',
      },
      Images.flatMap((image) => imageRows(image, { truncate: true, digests: false }).slice(0, 1)),
    ),
    section(
      'Containers space usage:',
      {
        ID: 'CONTAINER ID',
        Image: 'IMAGE',
        Command: 'COMMAND',
        LocalVolumes: 'LOCAL VOLUMES',
        Size: 'SIZE',
        RunningFor: 'CREATED',
        Status: 'STATUS',
        Names: 'NAMES',
      },
      Containers.map(({ SizeRootFs: _, ...container }) => containerRow(container, true)),
    ),
    section(
      'Local Volumes space usage:',
      { Name: 'VOLUME NAME', Links: 'LINKS', Size: 'SIZE' },
      Volumes.map(({ Name, UsageData }) => ({
        Name,
        Links: UsageData?.RefCount ?? 0,
        Size: UsageData && UsageData.Size >= 0 ? humanSize(UsageData.Size, 3) : 'N/A',
      })),
    ),
    section(
      `Build cache usage: ${humanSize(cacheBytes)}`,
      {
        ID: 'CACHE ID',
        CacheType: 'CACHE TYPE',
        Size: 'SIZE',
        CreatedSince: 'CREATED',
        LastUsedSince: 'LAST USED',
        UsageCount: 'USAGE',
        Shared: 'SHARED',
      },
      BuildCache.map((entry) => ({
        ID: shortId(entry.ID),
        CacheType: entry.Type ?? '',
        Size: humanSize(entry.Size, 3),
        CreatedSince: since(entry.CreatedAt),
        LastUsedSince: since(entry.LastUsedAt),
        UsageCount: entry.UsageCount ?? 0,
        Shared: String(entry.Shared ?? false),
      })),
    ),
  ].join('\n');
}

/** `2 hours ago`. Empty for a time that the engine doesn't know. */
function since(time: string | null | undefined): string {
  return time ? timeAgo(Date.parse(time) / 1000) : '';
}
