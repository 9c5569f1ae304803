import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface IconButtonProps {
  /** Named in full for assistive technology: `Stop web`. */
  readonly label: string;
  /** What the pointer is shown, when that is shorter. */
  readonly tooltip?: string;
  readonly icon: ReactNode;
  readonly loading?: boolean;
  readonly onClick: () => void;
}

export function IconButton({ label, tooltip = label, icon, loading, onClick }: IconButtonProps) {
  return (
    <Tooltip label={tooltip}>
      <ActionIcon aria-label={label} loading={loading ?? false} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
