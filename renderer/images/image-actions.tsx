import { ActionIcon, Menu } from '@mantine/core';
import {
  IconAdjustments,
  IconCopy,
  IconDeviceFloppy,
  IconDots,
  IconDownload,
  IconPlayerPlayFilled,
  IconTag,
  IconTrash,
  IconUpload,
} from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { Container } from '../../electron/api/containers.ts';
import type { Image } from '../../electron/api/images.ts';
import { copyText } from '../components/copy-text.ts';
import { IconButton } from '../components/icon-button.tsx';
import { askPush } from './ask-push.tsx';
import { askRemoval } from './ask-removal.tsx';
import classes from './image-actions.module.css';
import { nameOf, referenceOf } from './image-name.ts';
import { runPlace } from './place.ts';
import { askSave } from './save-dialog.ts';
import { askTag } from './tag-dialog.tsx';
import { pullImage } from './transfer.ts';
import { useRunImage } from './use-run-image.ts';

interface ImageActionsProps {
  readonly image: Image;
  /** All images: to know which others have the same content. */
  readonly images: readonly Image[];
  readonly containers: readonly Container[];
}

/** The buttons at the end of a row. */
export function ImageActions(props: ImageActionsProps) {
  const { image } = props;
  const [, navigate] = useLocation();
  const { run, running } = useRunImage();
  const name = nameOf(image);
  return (
    <div className={classes.actions}>
      <IconButton
        label={`Run ${name}`}
        tooltip="Run"
        icon={<IconPlayerPlayFilled size={18} stroke={1.75} />}
        loading={running}
        onClick={() => run(referenceOf(image))}
      />
      <IconButton
        label={`Run ${name} with options`}
        tooltip="Run with options"
        icon={<IconAdjustments size={18} stroke={1.75} />}
        onClick={() => navigate(runPlace(referenceOf(image)))}
      />
      <ImageMenu {...props} />
    </div>
  );
}

/** Further actions for an image. */
export function ImageMenu({ image, images, containers }: ImageActionsProps) {
  const { id, reference } = image;
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon aria-label={`More actions for ${nameOf(image)}`}>
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {reference !== undefined && (
          <>
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              onClick={() => pullImage(reference)}
            >
              Pull newer version
            </Menu.Item>
            <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => askPush(reference)}>
              Push…
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconTag size={16} />} onClick={() => askTag(image)}>
          Add tag…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDeviceFloppy size={16} />}
          onClick={() => askSave([referenceOf(image)])}
        >
          Save to a file…
        </Menu.Item>
        <Menu.Divider />
        {reference !== undefined && (
          <Menu.Item
            leftSection={<IconCopy size={16} />}
            onClick={() => copyText(reference, 'Image name copied')}
          >
            Copy name
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconCopy size={16} />}
          onClick={() => copyText(id, 'Image ID copied')}
        >
          Copy ID
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={() => askRemoval([image], images, containers)}
        >
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
