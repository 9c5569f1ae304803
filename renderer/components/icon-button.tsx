import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface IconButtonProps {
  /** The full name for assistive technology: `Stop web`. */
  readonly label: string;
  /** The tooltip, when it is shorter than the name. */
  readonly tooltip?: string;
  readonly icon: ReactNode;
  readonly loading?: boolean;
  /** For a toggle button: whether it is on. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  /** Why it can't be used now: shown instead of the tooltip. It keeps the focus. */
  readonly unavailable?: string | undefined;
  readonly onClick: () => void;
}

export function IconButton(props: IconButtonProps) {
  const { label, tooltip = label, icon, loading, pressed, disabled, unavailable, onClick } = props;
  return (
    <Tooltip label={unavailable ?? tooltip}>
      <ActionIcon
        aria-label={label}
        aria-pressed={pressed}
        {...(pressed ? { variant: 'light', color: 'tide' } : {})}
        loading={loading ?? false}
        disabled={disabled ?? false}
        // A button that is really disabled gets no events, and so no tooltip.
        {...(unavailable !== undefined && { 'aria-disabled': true, 'data-disabled': true })}
        onClick={() => unavailable === undefined && onClick()}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
