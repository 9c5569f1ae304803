import classes from './unsaved-dot.module.css';

/** Marks a page or a file with unsaved changes. */
export const UnsavedDot = () => (
  <span className={classes.dot} role="img" aria-label="Unsaved changes" title="Unsaved changes" />
);
