import type { Volume } from '../../host/engine/volumes.ts';
import { type ListingRow, renderListing } from './listing.ts';

const HEADERS = {
  Driver: 'DRIVER',
  Labels: 'LABELS',
  Mountpoint: 'MOUNTPOINT',
  Name: 'VOLUME NAME',
  Scope: 'SCOPE',
};

/** A list of volumes as `docker volume ls` prints it. */
export function renderVolumes(
  volumes: readonly Volume[],
  { format, quiet }: { readonly format?: string | undefined; readonly quiet?: boolean | undefined },
): string {
  return renderListing(volumes.map(volumeRow), {
    format: quiet && format === undefined ? '{{.Name}}' : format,
    table: '{{.Driver}}\t{{.Name}}',
    headers: HEADERS,
  });
}

function volumeRow(volume: Volume): ListingRow {
  const { Driver, Labels, Mountpoint, Name, Scope } = volume;
  const labels = Object.entries(Labels).map(([name, value]) => `${name}=${value}`);
  return {
    ...{ Driver, Mountpoint, Name, Scope },
    Label: labelOf(volume),
    Labels: labels.sort().join(','),
  };
}

/** `{{.Label "name"}}` in a template. */
const labelOf =
  ({ Labels }: Volume) =>
  (name: string) =>
    Labels[name] ?? '';
