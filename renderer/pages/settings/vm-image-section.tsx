import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { VmImageState, VmImageUpdate } from '../../../electron/api/vm-image.ts';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { client } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import { ImageBanner } from '../../machine/image-banner.tsx';
import { installVmImage, refreshVmImage, useVmImage } from '../../machine/vm-image.ts';

/** The VM's image, which has updates of its own. */
export function VmImageSection() {
  const image = useVmImage();
  const check = useMutation({ mutationFn: () => client.vmImage.check() });
  const rollBack = useMutation({
    mutationFn: () => client.vmImage.rollBack(),
    onSettled: () => {
      check.reset();
      return refreshVmImage();
    },
  });
  const install = useMutation({
    mutationFn: ({ version, rejected }: { version: string; rejected: boolean }) =>
      installVmImage(version, rejected),
    onSettled: () => check.reset(),
  });
  if (!image) return null;
  const update = check.data?.found === 'update' ? check.data : undefined;
  return (
    <SettingsGroup
      title="VM image"
      text="The Linux system in the VM. The VM gets a new image when it restarts."
    >
      <ImageBanner />
      <SettingRow label={`VM image ${image.version}`} text={wordsOf(image, check.data)}>
        <Group gap="xs" wrap="nowrap">
          {image.previous !== undefined && (
            <Button
              size="xs"
              variant="default"
              loading={rollBack.isPending}
              onClick={() => rollBack.mutate()}
            >
              Go back to {image.previous}
            </Button>
          )}
          {update && (
            <Button size="xs" loading={install.isPending} onClick={() => install.mutate(update)}>
              Download {update.version}
            </Button>
          )}
          {image.canUpdate && !update && (
            <Button
              size="xs"
              variant="default"
              loading={check.isPending}
              onClick={() => check.mutate()}
            >
              Check for a new VM image
            </Button>
          )}
        </Group>
      </SettingRow>
    </SettingsGroup>
  );
}

function wordsOf(image: VmImageState, update: VmImageUpdate | undefined): string {
  if (update?.found === 'nothing') return 'This is the newest VM image.';
  if (update?.found === 'needs-berth') {
    return `VM image ${update.version} needs Berth ${update.berth} or newer. Update Berth first.`;
  }
  if (update) {
    const rejection = image.rejected.find(({ version }) => version === update.version);
    const size = formatBytes(update.bytes);
    if (!rejection) return `${update.version} is available (${size}).`;
    return `${update.version} (${size}) isn't used on this host: ${rejection.reason}`;
  }
  if (image.directory !== undefined)
    return `From the folder in BERTH_IMAGE_DIR: ${image.directory}`;
  return image.isDownloaded ? 'Downloaded' : 'Comes with Berth';
}
