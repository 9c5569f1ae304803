import { CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Fragment } from 'react';
import type { RunRequest } from '../../../electron/api/run.ts';
import { askOf } from '../../../electron/api/run-ask.ts';
import { createRequest } from '../../../guest-agent/grammar/create-request.ts';
import { runCommand } from '../../../guest-agent/grammar/run-command.ts';
import { quoteWord, quoteWords, shellOf } from '../../../guest-agent/grammar/shell-words.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useHostComputer } from '../../local-files/use-host-computer.ts';
import classes from './command-preview.module.css';

/** The command that does the same, with a copy button. */
export function CommandPreview({ request }: { readonly request: RunRequest }) {
  const computer = useHostComputer();
  const shell = shellOf(computer?.platform ?? 'linux');
  const created = createRequest(askOf(request));
  const words = runCommand({ program: 'berth', request: created, name: request.name });
  const line = quoteWords(words, shell);
  let position = 0;
  return (
    <div className={classes.preview}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
      <section className={classes.line} aria-label="Equivalent command" tabIndex={0}>
        <code>
          {words.map((word) => {
            position += 1;
            return (
              <Fragment key={position}>
                {position > 1 && ' '}
                <span className={classes.word}>{quoteWord(word, shell)}</span>
              </Fragment>
            );
          })}
        </code>
      </section>
      <CopyButton value={line}>
        {({ copied, copy }) => (
          <IconButton
            label="Copy command"
            tooltip={copied ? 'Copied' : 'Copy command'}
            icon={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            onClick={copy}
          />
        )}
      </CopyButton>
    </div>
  );
}
