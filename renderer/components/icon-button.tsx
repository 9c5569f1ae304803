import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface IconButtonProps {
  /** Named in full for assistive technology: `Stop web`. */
  readonly label: string;
  /** What the pointer is shown, when that is shorter. */
  readonly tooltip?: string;
  readonly icon: ReactNode;
  readonly loading?: boolean;
  /** Of a button that switches something on and off. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

export function IconButton(props: IconButtonProps) {
  const { label, tooltip = label, icon, loading, pressed, onClick } = props;
  return (
    <Tooltip label={tooltip}>
      <ActionIcon
        aria-label={label}
        aria-pressed={pressed}
        {...(pressed ? { variant: 'light', color: 'tide' } : {})}
        loading={loading ?? false}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
