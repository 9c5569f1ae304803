import type { ReactNode } from 'react';
import classes from './toolbar.module.css';

interface ToolbarProps {
  /** The search field, on the left. */
  readonly search: ReactNode;
  readonly children?: ReactNode;
}

/** The row above a list. */
export function Toolbar({ search, children }: ToolbarProps) {
  return (
    <div className={classes.bar}>
      {search}
      <span className={classes.space} />
      {children}
    </div>
  );
}
