#!/usr/bin/env node
import module from 'node:module';

// Before anything else is loaded, so that all of it is cached.
module.enableCompileCache();
const { runProcess } = await import('./cli-process.ts');

await runProcess(async (machine, onWaiting) => {
  const { createHost } = await import('../host/host.ts');
  return createHost({ onWaiting, ...(machine !== undefined && { machine }) });
});
