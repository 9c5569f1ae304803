import { Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { Notice } from '../../components/notice.tsx';
import type { Explained } from '../../connection/failure.ts';
import { Prose } from '../../format/prose.tsx';

/** A cluster that doesn't answer, or doesn't let the person in. */
export function ClusterFailure({ failure }: { readonly failure: Explained }) {
  return (
    <Notice icon={<IconPlugConnectedX size={32} stroke={1.5} />} title="No answer from the cluster">
      <Text role="alert">{failure.message}</Text>
      {failure.hint !== undefined && (
        <Text c="var(--quiet)">
          <Prose text={failure.hint} />
        </Text>
      )}
      <Text size="sm" c="var(--quiet)">
        Berth tries again every few seconds.
      </Text>
    </Notice>
  );
}
