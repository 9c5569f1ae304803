import { Button } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { PullBar } from './pull-bar.tsx';
import classes from './starters.module.css';
import { useRunImage } from './use-run-image.ts';

/** Images that come with Berth and run without a network. */
export const STARTERS = [
  { name: 'busybox', text: 'A tiny Linux with a shell. Type commands in its terminal right away.' },
  {
    name: 'hello-world',
    text: 'Prints a greeting and exits. The quickest check that everything works.',
  },
] as const;

/** A card for each starter image in `names`. */
export function Starters({ names }: { readonly names: readonly string[] }) {
  return (
    <div className={classes.cards}>
      {STARTERS.filter(({ name }) => names.includes(name)).map(({ name, text }) => (
        <Starter key={name} name={name} text={text} />
      ))}
    </div>
  );
}

function Starter({ name, text }: { readonly name: string; readonly text: string }) {
  const { run, running, progress } = useRunImage();
  return (
    <article className={classes.card}>
      <h3 className={classes.name}>{name}</h3>
      <p className={classes.text}>{text}</p>
      {progress && <PullBar progress={progress} />}
      <Button
        variant="light"
        leftSection={<IconPlayerPlayFilled size={16} />}
        loading={running}
        onClick={() => run(name)}
      >
        Run {name}
      </Button>
    </article>
  );
}
