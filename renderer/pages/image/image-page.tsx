import { Anchor, Button, Group, Loader, Tabs, Text } from '@mantine/core';
import { IconAdjustments, IconPlayerPlayFilled, IconStack2 } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import type { ImageDetails } from '../../../electron/api/images.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { explain } from '../../connection/failure.ts';
import { client, useContainers, useImages } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import { ImageMenu } from '../../images/image-actions.tsx';
import { shortId } from '../../images/image-name.ts';
import { type ImageTab, imagePlace, runPlace } from '../../images/place.ts';
import { useRunImage } from '../../images/use-run-image.ts';
import classes from './image-page.module.css';
import { LayersTab } from './layers-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';

const JsonView = lazy(() => import('../../components/json-view.tsx'));

interface ImagePageProps {
  readonly reference: string;
  readonly tab: ImageTab;
}

export function ImagePage({ reference, tab }: ImagePageProps) {
  const images = useImages();
  const [, navigate] = useLocation();
  // Names move from image to image: the page follows the list.
  const ids = images?.filter((image) => [image.id, image.reference].includes(reference));
  const { data: image, error } = useQuery({
    queryKey: ['image', reference, ids?.map(({ id }) => id)],
    queryFn: () => client.images.inspect({ reference }),
    networkMode: 'always',
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error) return <Missing message={explain(error).message} />;
  if (!image) {
    return (
      <Page title={reference}>
        <Loader size={24} />
      </Page>
    );
  }
  return (
    <Page
      fills
      parent={{ title: 'Images', href: '/images' }}
      title={reference.startsWith('sha256:') ? shortId(image.id) : reference}
      summary={<Summary image={image} />}
      actions={<Actions image={image} reference={reference} />}
    >
      <Tabs
        className={classes.tabs ?? ''}
        value={tab}
        keepMounted={false}
        onChange={(value) => navigate(imagePlace(reference, value as ImageTab), { replace: true })}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="layers">Layers</Tabs.Tab>
          <Tabs.Tab value="json">JSON</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.panel ?? ''} tabIndex={0}>
          <OverviewTab image={image} />
        </Tabs.Panel>
        <Tabs.Panel value="layers" className={classes.panel ?? ''} tabIndex={0}>
          <LayersTab image={image} />
        </Tabs.Panel>
        <Tabs.Panel value="json" className={classes.panel ?? ''}>
          <Suspense fallback={<Loader size={24} />}>
            <JsonView label={`Engine details of ${reference}`} text={image.document} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Summary({ image }: { readonly image: ImageDetails }) {
  return (
    <span className={classes.summary}>
      <span>{formatBytes(image.size)}</span>
      <span>{image.platform}</span>
      {image.createdAt && (
        <span>
          created <Elapsed since={image.createdAt} /> ago
        </span>
      )}
    </span>
  );
}

function Actions({ image, reference }: { image: ImageDetails; reference: string }) {
  const images = useImages();
  const containers = useContainers();
  const [, navigate] = useLocation();
  const { run, running } = useRunImage();
  const row = images?.find((each) => each.reference === reference || each.id === image.id);
  return (
    <Group gap="xs" wrap="nowrap">
      <Button
        leftSection={<IconPlayerPlayFilled size={16} />}
        loading={running}
        onClick={() => run(reference)}
      >
        Run
      </Button>
      <Button
        variant="default"
        leftSection={<IconAdjustments size={16} />}
        onClick={() => navigate(runPlace(reference))}
      >
        Run with options…
      </Button>
      {row && images && containers && <ImageMenu image={row} {...{ images, containers }} />}
    </Group>
  );
}

function Missing({ message }: { readonly message: string }) {
  return (
    <Notice icon={<IconStack2 size={32} stroke={1.5} />} title="This image no longer exists">
      <Text c="var(--quiet)">{message}</Text>
      <Anchor component={Link} href="/images">
        See all images
      </Anchor>
    </Notice>
  );
}
