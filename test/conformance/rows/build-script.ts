/** Parts of scripts that build images, for rows. */

/** Writes a Dockerfile with these lines. */
export const dockerfile = (...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map(quote).join(' ')} >Dockerfile`;

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Builds and runs an image from these lines. */
export const built = (lines: readonly string[], flags = '', run = '') =>
  `${dockerfile(...lines)}; docker build -q -t made:b ${flags} . >/dev/null; docker run --rm made:b ${run}`;

/** Builds an image from these lines, and prints a part of its configuration. */
export const configured = (lines: readonly string[], part = '.Config', flags = '') =>
  `${dockerfile('FROM box', ...lines)}; docker build -q -t made:c ${flags} . >/dev/null; docker image inspect -f '{{json ${part}}}' made:c | sed 's/,"/,\\n"/g'`;

/** Builds an image from these lines, and prints the files below the paths. */
export const files = (lines: readonly string[], paths: string, flags = '') =>
  `${dockerfile('FROM box', ...lines)}; docker build -q -t made:f ${flags} . >/dev/null && tree made:f ${paths}`;

/** Builds these lines, and prints the steps, or the error with the lines that it quotes. */
export const steps = (lines: readonly string[], flags = '') =>
  `${dockerfile(...lines)}; steps docker build -t made:s ${flags} .`;
