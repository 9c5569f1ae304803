import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { templateSchema } from '../../../api/projects.ts';
import { HostError } from '../../base/errors.ts';

type Template = z.infer<typeof templateSchema>;

const TEXTS: Readonly<Record<Template, string>> = {
  'web-and-database': `# A web server and a database that it can reach by the name "db".
services:
  web:
    image: nginx
    ports:
      # Host port 8080 leads to container port 80: http://localhost:8080
      - "8080:80"
    depends_on:
      db:
        condition: service_healthy

  db:
    image: redis
    volumes:
      # What is in a volume outlives the container.
      - data:/data
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
      interval: 5s

volumes:
  data:
`,
  'one-service': `services:
  app:
    # Comes with Berth; put the image that you want here.
    image: busybox
    command: ["sh", "-c", "while true; do date; sleep 5; done"]
    init: true
    environment:
      GREETING: hello
`,
};

/** Writes `compose.yaml` into a folder. Rejects with HostError 'invalid' if the file exists. */
export async function writeTemplate(directory: string, template: Template): Promise<string> {
  const file = join(directory, 'compose.yaml');
  try {
    await writeFile(file, TEXTS[template], { flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new HostError(
      'invalid',
      exists ? `${file} already exists` : `can't write ${file}`,
      exists ? { hint: 'Open the file instead, or choose another folder.', cause } : { cause },
    );
  }
  return file;
}
