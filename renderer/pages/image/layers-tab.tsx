import { Loader, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ImageDetails, ImageStep } from '../../../electron/api/images.ts';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import classes from './layers-tab.module.css';

/** The steps that made the image, and what each of them added. */
export function LayersTab({ image }: { readonly image: ImageDetails }) {
  const { data: steps, error } = useQuery({
    queryKey: ['image-history', image.id],
    queryFn: () => client.images.history({ reference: image.id }),
    networkMode: 'always',
    retry: false,
  });
  if (error) {
    return (
      <Text size="sm" c="var(--bad)" role="alert">
        {explain(error).message}
      </Text>
    );
  }
  if (!steps) return <Loader size={20} />;
  if (steps.length === 0) {
    return (
      <Text size="sm" c="var(--quiet)">
        The image has no history.
      </Text>
    );
  }
  return (
    <div className={classes.frame}>
      <Table verticalSpacing={8} horizontalSpacing={16} aria-label="Layers">
        <Table.Thead>
          <Table.Tr className={classes.head}>
            <Table.Th w="44px">Step</Table.Th>
            <Table.Th>Command</Table.Th>
            <Table.Th w="96px">Size</Table.Th>
            <Table.Th w="190px">Total size</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cumulated(steps).map(({ step, before, number }) => (
            <Step key={number} step={step} before={before} number={number} total={image.size} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface Cumulated {
  readonly step: ImageStep;
  /** Counted from 1. */
  readonly number: number;
  /** Bytes of the steps before it. */
  readonly before: number;
}

function cumulated(steps: readonly ImageStep[]): Cumulated[] {
  let before = 0;
  return steps.map((step, index) => {
    const row = { step, number: index + 1, before };
    before += step.size;
    return row;
  });
}

function Step({ step, number, before, total }: Cumulated & { readonly total: number }) {
  const { command, size, comment } = step;
  const percent = (bytes: number) => `${Math.min(100, (bytes / Math.max(1, total)) * 100)}%`;
  return (
    <Table.Tr data-empty={size === 0 || undefined} className={classes.step}>
      <Table.Td>{number}</Table.Td>
      <Table.Td>
        <code className={classes.command}>{command || comment || 'Unknown'}</code>
      </Table.Td>
      <Table.Td>{size === 0 ? '–' : formatBytes(size)}</Table.Td>
      <Table.Td>
        <span className={classes.sum}>
          <span className={classes.bar} aria-hidden="true">
            <span className={classes.before} style={{ width: percent(before) }} />
            <span className={classes.added} style={{ width: percent(size) }} />
          </span>
          {formatBytes(before + size)}
        </span>
      </Table.Td>
    </Table.Tr>
  );
}
