import { Anchor, Loader } from '@mantine/core';
import { IconDatabaseOff } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import type { Volume } from '../../../electron/api/volumes.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { UsedBy } from '../../components/used-by.tsx';
import { useVolumes } from '../../connection/screen.ts';
import { FileBrowser } from '../../files/file-browser.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { useVolumeSizes } from './use-sizes.ts';
import { VolumeMenu } from './volume-menu.tsx';
import classes from './volume-page.module.css';

/** One volume and its files. */
export function VolumePage({ name: encoded }: { readonly name: string }) {
  const name = decodeURIComponent(encoded);
  const volumes = useVolumes();
  const [, navigate] = useLocation();
  if (!volumes) return <Loader size={24} m="xl" />;
  const volume = volumes.find((each) => each.name === name);
  if (!volume) {
    return (
      <Notice
        icon={<IconDatabaseOff size={32} stroke={1.5} />}
        title="This volume no longer exists"
      >
        <Anchor component={Link} href="/volumes">
          See all volumes
        </Anchor>
      </Notice>
    );
  }
  return (
    <Page
      fills
      parent={{ title: 'Volumes', href: '/volumes' }}
      title={name}
      summary={<Summary volume={volume} />}
      actions={<VolumeMenu volume={volume} onRemoved={() => navigate('/volumes')} />}
    >
      <div className={classes.browser}>
        <FileBrowser place={{ kind: 'volume', name }} top={name} />
      </div>
    </Page>
  );
}

function Summary({ volume }: { readonly volume: Volume }) {
  const size = useVolumeSizes()?.[volume.name];
  return (
    <span className={classes.summary}>
      {size !== undefined && <span>{formatBytes(size)}</span>}
      {volume.createdAt && (
        <span>
          Created <Elapsed since={volume.createdAt} /> ago
        </span>
      )}
      <UsedBy users={volume.usedBy} />
    </span>
  );
}
