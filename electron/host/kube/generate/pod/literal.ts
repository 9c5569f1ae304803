/** Kubernetes replaces `$(NAME)` in commands and variables. A doubled dollar sign prevents that. */
export function literal(text: string): string {
  return text.replaceAll('$(', () => '$$(');
}
