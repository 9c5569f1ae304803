/** Services on these ports don't speak HTTP: SSH, mail, databases, caches and queues. */
const NOT_WEB = new Set([22, 25, 53, 1433, 3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 27017]);

/** Whether a browser can probably open a container's port. */
export const isWebPort = (containerPort: number, protocol: string): boolean =>
  protocol === 'tcp' && !NOT_WEB.has(containerPort);
