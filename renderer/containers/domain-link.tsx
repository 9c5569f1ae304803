import { Anchor } from '@mantine/core';
import { useMachine } from '../connection/screen.ts';

/** The address of a container that serves the web, as a link. Other containers have none. */
export function DomainLink({ containerId }: { readonly containerId: string }) {
  const domains = useMachine()?.domains?.list;
  const url = domains?.find((domain) => domain.containerId === containerId)?.urls[0];
  if (url === undefined) return null;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" inherit>
      {new URL(url).host}
    </Anchor>
  );
}
