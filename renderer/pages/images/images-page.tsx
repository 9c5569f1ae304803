import { Loader, Text, Title } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import type { Image } from '../../../electron/api/images.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useImages } from '../../connection/screen.ts';
import { ImageRow } from './image-row.tsx';
import classes from './images-page.module.css';
import { PullForm } from './pull-form.tsx';
import { STARTERS, Starters } from './starters.tsx';

const COLUMNS = [
  { title: 'Name' },
  { title: 'Tag' },
  { title: 'Size', width: '110px' },
  { title: 'Created', width: '150px' },
];

export default function ImagesPage() {
  const images = useImages();
  return (
    <Page title="Images" summary={images && summaryOf(images)}>
      <PullForm />
      {images ? <Images images={images} /> : <Loader size={24} />}
    </Page>
  );
}

function Images({ images }: { readonly images: readonly Image[] }) {
  const missing = STARTERS.map(({ name }) => name).filter(
    (name) => !images.some(({ reference }) => reference === `${name}:latest`),
  );
  if (images.length === 0) {
    return (
      <Notice icon={<IconStack2 size={32} stroke={1.5} />} title="No images yet">
        <Text c="dimmed">
          An image is what a container starts from. Pull one by name, or run one that comes with
          Berth.
        </Text>
        <Starters names={missing} />
      </Notice>
    );
  }
  return (
    <>
      <DataTable label="Images" columns={COLUMNS}>
        {images.map((image) => (
          <ImageRow key={image.id + image.reference} image={image} />
        ))}
      </DataTable>
      {missing.length > 0 && (
        <section className={classes.starters} aria-labelledby="starters">
          <Title order={2} id="starters" mb="sm">
            Comes with Berth
          </Title>
          <Starters names={missing} />
        </section>
      )}
    </>
  );
}

function summaryOf(images: readonly Image[]): string | undefined {
  if (images.length === 0) return undefined;
  return images.length === 1 ? '1 image' : `${images.length} images`;
}
