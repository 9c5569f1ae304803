/** The address of a project's page, of one of its tabs, or of a service in a tab. */
export function pageOf(name: string, tab = '', service = ''): string {
  const parts = [encodeURIComponent(name), tab, encodeURIComponent(service)];
  return `/projects/${parts.filter(Boolean).join('/')}`;
}
