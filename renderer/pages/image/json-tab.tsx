import { Button, Code, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './json-tab.module.css';

/** All that the engine says. */
export function JsonTab({ document }: { readonly document: string }) {
  return (
    <div className={classes.tab}>
      <CopyButton value={document}>
        {({ copied, copy }) => (
          <Button
            className={classes.copy ?? ''}
            size="compact-sm"
            variant="default"
            leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
      <Code block className={classes.document ?? ''}>
        {document}
      </Code>
    </div>
  );
}
