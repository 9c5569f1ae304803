import { Badge, Button, Group, Modal, Text } from '@mantine/core';
import { Fragment } from 'react';
import type { PlannedStep } from '../../../electron/api/projects.ts';
import classes from './projects.module.css';

const WORDS: Readonly<Record<PlannedStep['action'], string>> = {
  pull: 'Pull',
  build: 'Build',
  create: 'Create',
  recreate: 'Recreate',
  start: 'Start',
  remove: 'Remove',
};

const COLORS: Partial<Record<PlannedStep['action'], string>> = {
  recreate: 'yellow',
  remove: 'red',
};

interface PlanDialogProps {
  readonly plan: readonly PlannedStep[] | undefined;
  readonly onApply: () => Promise<void>;
  readonly onClose: () => void;
}

/** Shows what applying a file would do, before it does. */
export function PlanDialog({ plan, onApply, onClose }: PlanDialogProps) {
  const steps = plan ?? [];
  const loses = steps.some(({ action }) => action === 'recreate' || action === 'remove');
  return (
    <Modal
      opened={plan !== undefined}
      onClose={onClose}
      title="Apply these changes?"
      centered
      size="lg"
    >
      {steps.length === 0 ? (
        <Text size="sm" mb="lg">
          Everything already matches the file. Berth saves the file and changes nothing else.
        </Text>
      ) : (
        <dl className={classes.plan}>
          {steps.map(({ action, kind, name, reason }) => (
            <Fragment key={`${action} ${kind} ${name}`}>
              <dt>
                <Badge variant="default" size="sm" bd={`1px solid ${borderOf(action)}`}>
                  {WORDS[action]}
                </Badge>
              </dt>
              <dd>
                {kind} <b>{name}</b>
                {reason !== undefined && <span className={classes.quiet}>: {reason}</span>}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      {loses && (
        <Text size="sm" c="var(--quiet)" mb="md">
          Containers that are recreated or removed lose the files written outside of volumes.
          Volumes stay.
        </Text>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          data-autofocus
          onClick={() => {
            onClose();
            void onApply();
          }}
        >
          Save and apply
        </Button>
      </Group>
    </Modal>
  );
}

const borderOf = (action: PlannedStep['action']) =>
  COLORS[action] ? `var(--mantine-color-${COLORS[action]}-6)` : 'var(--line)';
