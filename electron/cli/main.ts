#!/usr/bin/env node
import module from 'node:module';

// Before anything else is loaded, so that all of it is cached. Node 20 does not have it.
module.enableCompileCache?.();
const { runProcess } = await import('./cli-process.ts');

await runProcess(async () => (await import('../host/host.ts')).createHost());
