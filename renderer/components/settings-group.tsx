import type { ReactNode } from 'react';
import classes from './settings-group.module.css';

interface GroupProps {
  readonly title: string;
  /** A short explanation below the title. */
  readonly text?: ReactNode;
  readonly children: ReactNode;
}

/** A group of related settings. */
export function SettingsGroup({ title, text, children }: GroupProps) {
  return (
    <section className={classes.group} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {text && <p className={classes.text}>{text}</p>}
      {children}
    </section>
  );
}

interface RowProps {
  readonly label: string;
  readonly text?: ReactNode;
  /** The control. Its accessible name is the label. */
  readonly children: ReactNode;
}

/** One setting: its name on the left, its control on the right. */
export function SettingRow({ label, text, children }: RowProps) {
  return (
    <div className={classes.row}>
      <div className={classes.words}>
        <div>{label}</div>
        {text && <div className={classes.text}>{text}</div>}
      </div>
      {children}
    </div>
  );
}
