import type { Locator, Page } from 'playwright-core';

/** The link to a page in the sidebar. The path above a page's title has links of the same names. */
export const pageLink = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });
