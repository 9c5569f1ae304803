import { Code } from '@mantine/core';

/** A sentence of the host in which commands stand between backticks. */
export function Prose({ text }: { readonly text: string }) {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? <Code key={part}>{part}</Code> : part));
}
