import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import classes from './inspect-tab.module.css';

/** Every secret has the same width: its length stays hidden too. */
const COVER = '••••••••••••';

/** A value that a click shows, and the next click hides again. */
export function SecretValue({ name, value }: { readonly name: string; readonly value: string }) {
  const [isShown, setShown] = useState(false);
  return (
    <UnstyledButton
      className={classes.secret ?? ''}
      aria-label={isShown ? `${name} is ${value}. Hide value` : `Show ${name}`}
      onClick={() => setShown(!isShown)}
    >
      {isShown ? value : <span className={classes.blurred}>{COVER}</span>}
    </UnstyledButton>
  );
}
