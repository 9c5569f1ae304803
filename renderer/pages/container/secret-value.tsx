import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import classes from './inspect-tab.module.css';

/** The same width for every secret: not even its length is told. */
const COVER = '••••••••••••';

/** A value that is shown once it is clicked, and hidden again with the next click. */
export function SecretValue({ name, value }: { readonly name: string; readonly value: string }) {
  const [isShown, setShown] = useState(false);
  return (
    <UnstyledButton
      className={classes.secret ?? ''}
      aria-label={isShown ? `${name} is ${value}. Hide it` : `Show ${name}`}
      onClick={() => setShown(!isShown)}
    >
      {isShown ? value : <span className={classes.blurred}>{COVER}</span>}
    </UnstyledButton>
  );
}
