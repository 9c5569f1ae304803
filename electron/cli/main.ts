#!/usr/bin/env node
import module from 'node:module';

// Before any other import, so that the cache covers all modules.
module.enableCompileCache();
const { runProcess } = await import('./cli-process.ts');

await runProcess(async (machine, onWaiting) => {
  const { createHost } = await import('../host/host.ts');
  return createHost({ onWaiting, ...(machine !== undefined && { machine }) });
});
