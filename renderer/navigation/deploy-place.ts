/** Where a Compose project is deployed to a cluster. */
export const deployPlace = (project: string): string =>
  `/kubernetes/deploy/${encodeURIComponent(project)}`;
