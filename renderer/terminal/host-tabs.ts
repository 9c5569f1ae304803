/** The shells of the page, by number. */
interface Tabs {
  readonly tabs: readonly number[];
  readonly chosen: number | undefined;
}

const listeners = new Set<() => void>();
let current: Tabs = { tabs: [1], chosen: 1 };

function change(next: Tabs): void {
  current = next;
  for (const listener of listeners) listener();
}

export const currentTabs = () => current;

/** Calls back at each change, until the returned function is called. */
export function subscribeTabs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens another shell and shows it. Numbers of closed shells are used again. */
export function openTab(): void {
  let tab = 1;
  while (current.tabs.includes(tab)) tab += 1;
  change({ tabs: [...current.tabs, tab], chosen: tab });
}

export const chooseTab = (tab: number) => change({ ...current, chosen: tab });

/** Closes a shell. The shell beside it is shown instead. */
export function closeTab(tab: number): void {
  const at = current.tabs.indexOf(tab);
  const tabs = current.tabs.filter((each) => each !== tab);
  const chosen = current.chosen === tab ? tabs[Math.min(at, tabs.length - 1)] : current.chosen;
  change({ tabs, chosen });
}
