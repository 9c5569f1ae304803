/** Another container, and its name in the container that has the link. */
export interface Link {
  readonly target: string;
  readonly alias: string;
}

/** Reads "container" or "container:alias". */
export function parseLink(link: string): Link {
  const [target = '', alias = target] = link.split(':');
  return { target: target.replace(/^\//, ''), alias: alias.replace(/^.*\//, '') };
}

/** The value of `--link`. */
export const formatLink = ({ target, alias }: Link): string =>
  target === alias ? target : `${target}:${alias}`;
