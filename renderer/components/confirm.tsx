import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';

interface Question {
  readonly title: string;
  /** What is lost, and what stays. */
  readonly children: ReactNode;
  /** The button's label. */
  readonly action: string;
  /** The other button, `Cancel` unless given. */
  readonly otherwise?: string;
  /** Disables the button: there is nothing to do. */
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
  /** Called last, whatever the answer. */
  readonly onClose?: () => void;
}

/** Asks before something is lost. Pressing Enter alone loses nothing. */
export function confirmLoss(question: Question): void {
  const { title, children, action, otherwise = 'Cancel', disabled = false, onConfirm } = question;
  modals.openConfirmModal({
    title,
    children: typeof children === 'string' ? <Text size="sm">{children}</Text> : children,
    labels: { confirm: action, cancel: otherwise },
    confirmProps: { color: 'red', disabled },
    cancelProps: { 'data-autofocus': true },
    onConfirm,
    ...(question.onClose ? { onClose: question.onClose } : {}),
  });
}
