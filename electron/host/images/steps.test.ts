import { expect, it } from 'vitest';
import { readableCommand } from './steps.ts';

it.each([
  ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
  ['/bin/sh -c #(nop) ADD file:3b5a1c in / ', 'ADD file:3b5a1c /'],
  ['/bin/sh -c apk add curl', 'RUN apk add curl'],
  ['RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
  ['RUN |1 VERSION=2 /bin/sh -c echo "$VERSION" # buildkit', 'RUN echo "$VERSION"'],
  ['|1 VERSION=2 /bin/sh -c echo one && \\\n\techo two', 'RUN echo one && \\\n  echo two'],
  ['COPY . /app # buildkit', 'COPY . /app'],
  ['', ''],
])('%s', (createdBy, command) => {
  expect(readableCommand(createdBy)).toBe(command);
});
