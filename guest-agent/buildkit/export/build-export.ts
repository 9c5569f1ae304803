import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { nativePlatform, platformId } from '../../registry/platform.ts';
import type { Chosen, Job } from '../jobs/job.ts';
import type { BuildExport, ExportParts } from './export-parts.ts';
import type { Attestation } from './statement.ts';
import type { PlatformImage } from './write-image.ts';

/** What outputs need of a build's results. */
export async function buildExport(
  { images }: ExportParts,
  job: Job,
  { isMap, results }: Chosen,
  attestations: ReadonlyMap<string, readonly Attestation[]>,
): Promise<BuildExport> {
  const attributes = job.frontendAttributes ?? job.request.FrontendAttrs;
  const epoch = attributes['build-arg:SOURCE_DATE_EPOCH'];
  const platforms: PlatformImage[] = [];
  for (const { image, platform = nativePlatform() } of results) {
    platforms.push({
      platform,
      image: image ?? (await emptyImage(images, job)),
      attestations: attestations.get(platformId(platform)) ?? [],
    });
  }
  return { job, platforms, isMap, epoch };
}

/** The image of `FROM scratch` alone. */
async function emptyImage(images: Images, job: Job): Promise<StoredImage> {
  const request = {
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      WorkingDir: '/',
    },
    createdBy: undefined,
    created: new Date().toISOString(),
  };
  return images.commit(request, undefined, (image) => {
    job.keep(() => images.hold(image));
  });
}
