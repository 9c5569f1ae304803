import { EngineError } from '../../errors.ts';
import { exportArchive } from './export-archive.ts';
import { exportFiles } from './export-files.ts';
import { exportImage } from './export-image.ts';
import type { BuildExport, ExportParts, Output, Response } from './export-parts.ts';

/** Gives a result to the client in all the ways that it asked for. */
export async function exportResult(parts: ExportParts, build: BuildExport): Promise<Response> {
  const response: Response = {};
  for (const [index, { Type: type, Attrs: attributes }] of build.job.request.Exporters.entries()) {
    Object.assign(response, await exportOne(parts, build, { index, type, attributes }));
  }
  return response;
}

async function exportOne(
  parts: ExportParts,
  build: BuildExport,
  output: Output,
): Promise<Response> {
  switch (output.type) {
    case 'moby':
    case 'image':
      return exportImage(parts, build, output);
    case 'docker':
    case 'oci':
      return exportArchive(parts, build, output);
    case 'local':
    case 'tar':
      await exportFiles(parts, build, output);
      return {};
    default:
      throw new EngineError('invalid', `exporter "${output.type}" could not be found`);
  }
}
