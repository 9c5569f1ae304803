import { Anchor, Code } from '@mantine/core';
import { Fragment } from 'react';

/** Pages that a text may name, and their addresses. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['Settings › Registries', '#/settings/registries'],
  ['Settings › Shared folders', '#/settings/files'],
  ['Settings › Network', '#/settings/network'],
]);

/** Commands between backticks, and page names. */
const PARTS = new RegExp(`(\`[^\`]*\`|${[...PLACES.keys()].join('|')})`);

/** A text from the host. Commands stand between backticks, and page names become links. */
export function Prose({ text }: { readonly text: string }) {
  let position = 0;
  return text.split(PARTS).map((part) => {
    const key = position;
    position += part.length;
    const href = PLACES.get(part);
    if (href !== undefined) {
      return (
        <Anchor key={key} href={href} inherit underline="always">
          {part}
        </Anchor>
      );
    }
    const isCommand = part.length > 1 && part.startsWith('`');
    return isCommand ? (
      <Code key={key}>{part.slice(1, -1)}</Code>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    );
  });
}
