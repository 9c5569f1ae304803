import { layoutArchive } from '../../engine/images/archives/layout-archive.ts';
import { EngineError } from '../../errors.ts';
import { canonicalName } from '../../registry/reference.ts';
import { booleanAttribute } from './attributes.ts';
import {
  type BuildExport,
  type ExportParts,
  encodedDescriptor,
  type Output,
  type Response,
} from './export-parts.ts';
import { readImageOptions } from './image-options.ts';
import { layerWriter } from './layer-blobs.ts';
import { goTime } from './patch-config.ts';
import { sendBytes } from './send-files.ts';
import { sendLayout } from './send-layout.ts';
import { noteOutput, usesOci, writeImage } from './write-image.ts';

/** Sends an image to the client as an archive for `docker load`, or as an OCI image layout. */
export async function exportArchive(
  { images, registries, sessions }: ExportParts,
  { job, platforms, isMap, epoch }: BuildExport,
  { index, type, attributes }: Output,
): Promise<Response> {
  const isForDocker = type === 'docker';
  if (isForDocker && isMap) {
    throw new EngineError(
      'invalid',
      'docker exporter does not currently support exporting manifest lists',
    );
  }
  const options = readImageOptions(attributes, !isForDocker, epoch);
  const isForced = booleanAttribute(attributes, 'attestation-inline', false);
  const isTar = booleanAttribute(attributes, 'tar', true);
  // An attestation that is only for images alone doesn't turn an archive into an index.
  const isIndex =
    isMap ||
    platforms.some(({ attestations }) =>
      attestations.some(({ isInlineOnly }) => isForced || !isInlineOnly),
    );
  const attested = isIndex ? platforms : platforms.map((one) => ({ ...one, attestations: [] }));
  const { signal } = job;
  const { http2 } = await sessions.find(job.request.Session, signal);
  return job.step(`exporting to ${type} image format`, async (vertex) => {
    const writeLayer = layerWriter(
      registries.compressed,
      options.format,
      usesOci(attested, options),
    );
    const keep = (layer: Disposable) => job.keep(() => layer);
    const request = { platforms: attested, isIndex, options, writeLayer, keep };
    const written = await writeImage(images, request, vertex, signal);
    const created = goTime(options.epoch ?? Math.floor(Date.now() / 1000));
    const { platform, annotations, ...rest } = written.top;
    const top = {
      ...rest,
      annotations: { 'org.opencontainers.image.created': created, ...annotations },
      ...(platform === undefined ? {} : { platform }),
    };
    const names = options.names.map(canonicalName).join(',');
    const response: Response = {
      'containerimage.digest': top.digest,
      ...(written.configDigest && { 'containerimage.config.digest': written.configDigest }),
      'containerimage.descriptor': encodedDescriptor(top),
      ...(names === '' ? {} : { 'image.name': names }),
    };
    const content = { ...written, top };
    const line = vertex.line(isTar ? 'sending tarball' : 'copying content');
    if (isTar) {
      const archive = layoutArchive(content, { names: options.names, isForDocker });
      await sendBytes(http2, { index, response }, archive, (sent) => line.update(sent), signal);
    } else await sendLayout(http2, content, signal);
    line.complete();
    noteOutput(job, index, written);
    return response;
  });
}
