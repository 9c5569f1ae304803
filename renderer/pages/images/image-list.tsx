import { Anchor, Badge, Button } from '@mantine/core';
import { IconDeviceFloppy, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import type { Image } from '../../../electron/api/images.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { useContainers } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import { askRemoval } from '../../images/ask-removal.tsx';
import { ImageActions } from '../../images/image-actions.tsx';
import { nameOf, referenceOf, splitName } from '../../images/image-name.ts';
import { imagePlace } from '../../images/place.ts';
import { usersOf } from '../../images/removal.ts';
import { askSave } from '../../images/save-dialog.ts';
import classes from './images-page.module.css';

interface ImageRow {
  readonly image: Image;
  readonly users: readonly Container[];
}

const COLUMNS: readonly ListColumn<ImageRow>[] = [
  {
    title: 'Name',
    sortBy: ({ image }) => referenceOf(image),
    cell: ({ image }) => <ImageName image={image} />,
  },
  {
    title: 'Size',
    width: '96px',
    sortBy: ({ image }) => image.size,
    cell: ({ image }) => (
      <span title={sharedText(image)}>
        {formatBytes(image.size)}
        {(image.sharedSize ?? 0) > 0 && <span className={classes.quiet}> *</span>}
      </span>
    ),
  },
  {
    title: 'Created',
    needsWidth: true,
    width: '150px',
    // The first click sorts the newest first.
    sortBy: ({ image }) => -Date.parse(image.createdAt ?? '1970-01-01'),
    cell: ({ image }) =>
      image.createdAt && (
        <>
          <Elapsed since={image.createdAt} /> ago
        </>
      ),
  },
  {
    title: 'Used by',
    width: '120px',
    sortBy: ({ users }) => -users.length,
    cell: ({ users }) => <Users users={users} />,
  },
];

/** The local images, with search, sorting, and actions on several images. */
export function ImageList({ images }: { readonly images: readonly Image[] }) {
  const containers = useContainers();
  const [search, setSearch] = useState('');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () => images.map((image) => ({ image, users: usersOf(image, containers ?? []) })),
    [images, containers],
  );
  // Removed images lose their selection.
  const chosen = images.filter((image) => marked.has(rowId({ image })));
  return (
    <>
      <Toolbar search={<SearchField label="Search images" value={search} onChange={setSearch} />}>
        {chosen.length > 0 && (
          <>
            <Button
              variant="default"
              leftSection={<IconDeviceFloppy size={16} />}
              onClick={() => askSave(chosen.map(referenceOf))}
            >
              Save to a file…
            </Button>
            <Button
              variant="light"
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => askRemoval(chosen, images, containers ?? [])}
            >
              Remove {chosen.length}…
            </Button>
          </>
        )}
      </Toolbar>
      <ListTable
        label="Images"
        rows={rows}
        columns={COLUMNS}
        rowId={rowId}
        rowName={({ image }) => nameOf(image)}
        search={search}
        searchText={searchText}
        selected={new Set(chosen.map((image) => rowId({ image })))}
        onSelect={setMarked}
        actionsWidth="120px"
        actions={({ image }) => (
          <ImageActions image={image} images={images} containers={containers ?? []} />
        )}
      />
    </>
  );
}

const rowId = ({ image: { id, reference = '' } }: Pick<ImageRow, 'image'>) => `${id} ${reference}`;

const searchText = ({ image, users }: ImageRow) =>
  [image.reference, image.id, ...users.map(({ name }) => name)].join(' ');

function ImageName({ image }: { readonly image: Image }) {
  const { repository, tag } = splitName(image);
  return (
    <span
      className={classes.name}
      data-nameless={image.reference === undefined || undefined}
      title={referenceOf(image)}
    >
      <Anchor component={Link} href={imagePlace(referenceOf(image))} c="inherit" fw={500} fz="sm">
        {repository}
      </Anchor>{' '}
      {tag !== '' && <span className={classes.tag}>{tag}</span>}
      {image.reference === undefined && (
        <Badge
          size="sm"
          variant="default"
          tt="none"
          flex="none"
          title="A newer image has taken its tag"
        >
          no tag
        </Badge>
      )}
    </span>
  );
}

function Users({ users }: { readonly users: readonly Container[] }) {
  const [first, ...others] = users;
  if (!first) return <span className={classes.quiet}>–</span>;
  return (
    <span className={classes.name} title={users.map(({ name }) => name).join(', ')}>
      <Anchor component={Link} href={`/containers/${first.id}`} fz="sm">
        {first.name}
      </Anchor>
      {others.length > 0 && <span className={classes.quiet}>+{others.length}</span>}
    </span>
  );
}

const sharedText = ({ sharedSize = 0 }: Image) =>
  sharedSize > 0
    ? `* ${formatBytes(sharedSize)} of this size is shared with other images`
    : undefined;
