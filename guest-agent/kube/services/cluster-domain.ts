/** The domain of all names of Services and pods. */
export const clusterDomain = 'cluster.local';
