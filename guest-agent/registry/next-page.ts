/** The query of the next page of a list, from a `Link` header (distribution-spec, "Listing Tags"). */
export function nextPage(link: string): string | undefined {
  return /^<[^>?]*(\?[^>]*)>;\s*rel="?next"?/.exec(link)?.[1];
}
