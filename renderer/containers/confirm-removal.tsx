import { List, Text } from '@mantine/core';
import type { Container } from '../../electron/api/containers.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { countOf, isUp } from './container-verbs.ts';

/** Number of containers that are named; the rest are counted. */
const NAMED = 8;

/** Asks once before containers are removed. */
export function confirmRemoval(containers: readonly Container[], onConfirm: () => void): void {
  const [first] = containers;
  const one = containers.length === 1;
  const up = containers.filter(isUp).length;
  confirmLoss({
    title: `Remove ${one && first ? first.name : countOf(containers.length)}?`,
    action: one ? 'Remove container' : `Remove ${countOf(containers.length)}`,
    onConfirm,
    children: (
      <>
        <Text size="sm" mb="sm">
          {up > 0 &&
            (one
              ? 'The container is running and will be killed. '
              : `${up} of them ${up === 1 ? 'is' : 'are'} running and will be killed. `)}
          {one
            ? 'Files written in the container are deleted'
            : 'Files written in these containers are deleted'}
          , and so are their anonymous volumes. This can't be undone. Named volumes stay.
        </Text>
        {!one && (
          <List size="sm">
            {containers.slice(0, NAMED).map(({ id, name }) => (
              <List.Item key={id}>{name}</List.Item>
            ))}
            {containers.length > NAMED && <List.Item>{containers.length - NAMED} more</List.Item>}
          </List>
        )}
      </>
    ),
  });
}
