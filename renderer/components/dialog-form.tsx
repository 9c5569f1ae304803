import { Button, Group } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';

interface DialogFormProps {
  /** What its button does, in a word. */
  readonly action: string;
  /** Something is missing still, or wrong. */
  readonly blocked?: boolean;
  /** What it asked for is under way. */
  readonly pending?: boolean;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** What a dialog asks for, with the way on and the way out below. */
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
