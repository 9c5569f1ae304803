import { Button, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Image } from '../../../electron/api/images.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Elapsed } from '../../components/elapsed.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { client } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import classes from './image-row.module.css';
import { useRunImage } from './use-run-image.ts';

export function ImageRow({ image }: { readonly image: Image }) {
  const reference = image.reference ?? image.id;
  const { run, running } = useRunImage();
  const [asking, ask] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => client.images.remove({ reference, force: false }),
  });
  const { name, tag } = splitName(image);
  return (
    <Table.Tr>
      <Table.Td title={reference}>
        <Text span fw={500} fz="sm">
          {name}
        </Text>
      </Table.Td>
      <Table.Td>{tag}</Table.Td>
      <Table.Td>{formatBytes(image.size)}</Table.Td>
      <Table.Td>
        {image.createdAt && (
          <>
            <Elapsed since={image.createdAt} /> ago
          </>
        )}
      </Table.Td>
      <Table.Td>
        <div className={classes.actions}>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlayerPlay size={14} />}
            aria-label={`Run ${name}`}
            loading={running}
            onClick={() => run(reference)}
          >
            Run
          </Button>
          <IconButton
            label={`Remove ${name}`}
            tooltip="Remove"
            icon={<IconTrash size={17} stroke={1.75} />}
            loading={remove.isPending}
            onClick={ask.open}
          />
        </div>
        <Confirm
          opened={asking}
          title={`Remove ${reference}?`}
          text="Containers made from it keep their files. To run it again, it is pulled again."
          action="Remove"
          onConfirm={() => remove.mutate()}
          onClose={ask.close}
        />
      </Table.Td>
    </Table.Tr>
  );
}

function splitName({ id, reference }: Image): { name: string; tag: string } {
  if (reference === undefined) return { name: id.slice('sha256:'.length, 19), tag: '' };
  const colon = reference.lastIndexOf(':');
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
