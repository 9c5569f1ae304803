import { List, Text } from '@mantine/core';
import type { Container } from '../../electron/api/containers.ts';
import { confirmLoss } from '../components/confirm.tsx';
import { countOf, isUp } from './container-verbs.ts';

/** So many are named; the others are counted. */
const NAMED = 8;

/** Asks once before containers are removed, however many. */
export function confirmRemoval(containers: readonly Container[], onConfirm: () => void): void {
  const [first] = containers;
  const one = containers.length === 1;
  const up = containers.filter(isUp).length;
  confirmLoss({
    title: `Remove ${one && first ? first.name : countOf(containers.length)}?`,
    action: 'Remove',
    onConfirm,
    children: (
      <>
        <Text size="sm" mb="sm">
          {up > 0 &&
            (one ? 'It is running, and is killed. ' : `${up} of them are running: killed. `)}
          {one ? 'The files that it wrote are deleted' : 'The files that they wrote are deleted'},
          and volumes without a name. Volumes with a name stay.
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
