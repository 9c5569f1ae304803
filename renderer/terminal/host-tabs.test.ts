import { expect, it } from 'vitest';
import { chooseTab, closeTab, currentTabs, openTab } from './host-tabs.ts';

it('shows the neighbour of a closed shell, and gives the number to the next shell', () => {
  openTab();
  openTab();
  expect(currentTabs()).toEqual({ tabs: [1, 2, 3], chosen: 3 });
  chooseTab(2);
  closeTab(2);
  expect(currentTabs()).toEqual({ tabs: [1, 3], chosen: 3 });
  closeTab(1);
  expect(currentTabs()).toEqual({ tabs: [3], chosen: 3 });
  openTab();
  expect(currentTabs()).toEqual({ tabs: [3, 1], chosen: 1 });
  closeTab(1);
  closeTab(3);
  expect(currentTabs()).toEqual({ tabs: [], chosen: undefined });
});
