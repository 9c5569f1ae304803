/**
 * Replaces `$(NAME)` by the variable's value, as in a container's command, arguments and variables.
 * An unknown `$(NAME)` stays, and `$$` is a dollar sign.
 */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, rest: string, name: string) =>
    rest === '$' ? '$' : (lookUp(name) ?? whole),
  );
}
