import classes from './state-dot.module.css';

export type Tone = 'good' | 'busy' | 'bad' | 'idle';

/** The colour of a state. Text beside the dot says the same. */
export function StateDot({ tone }: { readonly tone: Tone }) {
  return <span className={classes.dot} data-tone={tone} aria-hidden="true" />;
}

/** A state in words, with its colour. */
export function State({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span className={classes.state}>
      <StateDot tone={tone} />
      {text}
    </span>
  );
}
