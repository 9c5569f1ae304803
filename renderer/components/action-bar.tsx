import type { ReactNode } from 'react';
import classes from './action-bar.module.css';

/** A line of buttons. The first child takes the room that they leave. */
export function ActionBar({ children }: { readonly children: ReactNode }) {
  return <div className={classes.bar}>{children}</div>;
}
