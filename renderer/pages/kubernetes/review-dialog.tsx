import { Alert, Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import type { KubePlan } from '../../../electron/api/kube/manifests.ts';
import { ChangeList, summaryOf } from './change-list.tsx';
import classes from './kubernetes.module.css';
import { RegistryField } from './registry-field.tsx';

interface ReviewDialogProps {
  readonly context: string;
  /** Undefined while the dialog is closed. */
  readonly plan: KubePlan | undefined;
  readonly onApply: (options: { readonly force: boolean; readonly registry: string }) => void;
  readonly onClose: () => void;
}

/** Shows what applying would change, before it does. */
export function ReviewDialog({ context, plan, onApply, onClose }: ReviewDialogProps) {
  return (
    <Modal
      opened={plan !== undefined}
      onClose={onClose}
      title={`Apply these changes to ${context}?`}
      centered
      size={820}
    >
      {plan && <Review plan={plan} onApply={onApply} onClose={onClose} />}
    </Modal>
  );
}

function Review({
  plan,
  onApply,
  onClose,
}: Omit<ReviewDialogProps, 'context' | 'plan'> & { plan: KubePlan }) {
  const { changes, conflicts, localImages } = plan;
  const [force, setForce] = useState(false);
  const [registry, setRegistry] = useState('');
  const isBlocked = (conflicts.length > 0 && !force) || (localImages.length > 0 && registry === '');
  return (
    <>
      <Text size="sm" c="var(--quiet)" mb="sm">
        {summaryOf(changes)}
      </Text>
      <div className={classes.review}>
        <ChangeList changes={changes} />
      </div>
      <Conflicts conflicts={conflicts} force={force} onForce={setForce} />
      <RegistryField images={localImages} value={registry} onChange={setRegistry} />
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button data-autofocus disabled={isBlocked} onClick={() => onApply({ force, registry })}>
          Apply
        </Button>
      </Group>
    </>
  );
}

interface ConflictsProps {
  readonly conflicts: readonly string[];
  readonly force: boolean;
  readonly onForce: (force: boolean) => void;
}

/** Fields that other programs own: nothing is applied unless Berth takes them over. */
export function Conflicts({ conflicts, force, onForce }: ConflictsProps) {
  if (conflicts.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" mt="md" title="Other programs own some of these fields">
      <pre className={classes.conflicts}>{conflicts.join('\n')}</pre>
      <Checkbox
        label="Take the fields over"
        description="The other programs may change them back."
        checked={force}
        onChange={({ currentTarget }) => onForce(currentTarget.checked)}
      />
    </Alert>
  );
}
