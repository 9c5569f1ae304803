/** Another container, under a name that only the one with the link has for it. */
export interface Link {
  readonly target: string;
  readonly alias: string;
}

/** Reads "container" or "container:alias". */
export function parseLink(link: string): Link {
  const [target = '', alias = target] = link.split(':');
  return { target: target.replace(/^\//, ''), alias: alias.replace(/^.*\//, '') };
}

/** What `--link` takes. */
export const formatLink = ({ target, alias }: Link): string =>
  target === alias ? target : `${target}:${alias}`;
