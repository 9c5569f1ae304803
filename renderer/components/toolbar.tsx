import type { ReactNode } from 'react';
import classes from './toolbar.module.css';

interface ToolbarProps {
  /** What narrows the list down, at the left. */
  readonly search: ReactNode;
  readonly children?: ReactNode;
}

/** What stands above a list. */
export function Toolbar({ search, children }: ToolbarProps) {
  return (
    <div className={classes.bar}>
      {search}
      <span className={classes.space} />
      {children}
    </div>
  );
}
