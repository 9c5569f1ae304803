import classes from './kubernetes.module.css';

/** The name and the kind of an object in a row of a table. */
export const ObjectCell = ({ kind, name }: { readonly kind: string; readonly name: string }) => (
  <>
    <span className={classes.name} title={name}>
      {name}
    </span>
    <span className={classes.details}>{kind}</span>
  </>
);
