import { Button, Group } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';

interface DialogFormProps {
  /** The label of the action button. */
  readonly action: string;
  /** A field is missing or wrong. */
  readonly blocked?: boolean;
  /** The request is running. */
  readonly pending?: boolean;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** The form of a dialog, with Cancel and the action button below. */
export function DialogForm({ action, blocked = false, pending = false, ...form }: DialogFormProps) {
  const { onSubmit, onCancel, children } = form;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!blocked && !pending) onSubmit(event);
      }}
    >
      {children}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" disabled={blocked} loading={pending}>
          {action}
        </Button>
      </Group>
    </form>
  );
}
