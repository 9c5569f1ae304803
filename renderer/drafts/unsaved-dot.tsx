import classes from './unsaved-dot.module.css';

/** Beside the name of a place where something isn't saved. */
export const UnsavedDot = () => (
  <span className={classes.dot} role="img" aria-label="Unsaved changes" title="Unsaved changes" />
);
