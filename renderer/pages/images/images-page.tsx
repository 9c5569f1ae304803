import { Button, Group, Loader, Text, Title } from '@mantine/core';
import { IconStack2, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Image } from '../../../electron/api/images.ts';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useImages } from '../../connection/screen.ts';
import { STARTERS, Starters } from '../../images/starters.tsx';
import { FileMenu } from './file-menu.tsx';
import { ImageList } from './image-list.tsx';
import classes from './images-page.module.css';
import { PruneDialog } from './prune-dialog.tsx';
import { PullForm } from './pull-form.tsx';

export function ImagesPage() {
  const images = useImages();
  const [pruning, setPruning] = useState(false);
  return (
    <Page
      title="Images"
      summary={images && summaryOf(images)}
      actions={
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="default"
            leftSection={<IconTrash size={16} stroke={1.75} />}
            onClick={() => setPruning(true)}
          >
            Remove unused…
          </Button>
          <FileMenu />
        </Group>
      }
    >
      <PullForm />
      {images ? <Images images={images} /> : <Loader size={24} />}
      <PruneDialog opened={pruning} onClose={() => setPruning(false)} />
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
        <Text c="var(--quiet)">
          Containers start from images. Pull an image by name, or run one that comes with Berth.
        </Text>
        <Starters names={missing} />
      </Notice>
    );
  }
  return (
    <>
      <ImageList images={images} />
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
  const count = new Set(images.map(({ id }) => id)).size;
  const words = count === 1 ? '1 image' : `${count} images`;
  return images.length === count ? words : `${words} with ${images.length} names`;
}
