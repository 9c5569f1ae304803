import { Anchor, Code } from '@mantine/core';
import { Fragment } from 'react';

/** Places of the app that a sentence may name, and where they are. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['Settings › Registries', '#/settings/registries'],
]);

/** Commands between backticks, and places. */
const PARTS = new RegExp(`(\`[^\`]*\`|${[...PLACES.keys()].join('|')})`);

/** A sentence of the host in which commands stand between backticks; places in it are links. */
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
