/** The parts of this process that talk to its parent. */
type Child = Pick<NodeJS.Process, 'connected' | 'send' | 'disconnect'>;

/**
 * Tells the parent that this process serves callers, then closes the channel. The channel is absent
 * if the process was started by hand, and closed if the parent didn't wait.
 */
export function reportReady(child: Child): void {
  if (!child.connected) return;
  child.send?.('ready', () => {
    // On Windows, the parent may read the message and disconnect before this callback runs.
    if (child.connected) child.disconnect?.();
  });
}
