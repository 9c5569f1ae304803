import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import type { KubePlan } from '../../../electron/api/kube/manifests.ts';
import { ChangeList, summaryOf } from './change-list.tsx';
import { Conflicts } from './conflicts.tsx';
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
