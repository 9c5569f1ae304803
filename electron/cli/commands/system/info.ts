import type { Command } from 'commander';
import { engineInfo } from '../../../host/engine/system.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { binarySize } from '../../format/size.ts';
import { compileTemplate } from '../../template/render.ts';

export function define(command: Command, context: CliContext): void {
  command
    .option('-f, --format <template>', 'Format output: json or a template, e.g. {{.NCPU}}')
    .action(async ({ format }: { format?: string }) => {
      const info = await engineInfo(await connectEngine(context));
      if (format === 'json') return printLine(context, JSON.stringify(info));
      if (format !== undefined) return printLine(context, compileTemplate(format)(info));
      const lines: [string, string | number | undefined][] = [
        ['Containers', info.Containers],
        [' Running', info.ContainersRunning],
        [' Paused', info.ContainersPaused],
        [' Stopped', info.ContainersStopped],
        ['Images', info.Images],
        ['Server Version', info.ServerVersion],
        ['Storage Driver', info.Driver],
        ['Cgroup Driver', info.CgroupDriver],
        ['Cgroup Version', info.CgroupVersion],
        ['Default Runtime', info.DefaultRuntime],
        ['Kernel Version', info.KernelVersion],
        ['Operating System', info.OperatingSystem],
        ['OSType', info.OSType],
        ['Architecture', info.Architecture],
        ['CPUs', info.NCPU],
        ['Total Memory', binarySize(info.MemTotal)],
        ['Name', info.Name],
        ['Root Dir', info.DockerRootDir],
      ];
      for (const [label, value] of lines) {
        if (value !== undefined) printLine(context, `${label}: ${value}`);
      }
      for (const warning of info.Warnings) context.stderr.write(`${warning}\n`);
    });
}
