import type { Mount, Propagation } from '../../../../guest-agent/grammar/engine-types.ts';
import type { ServiceMount } from '../file/mount-schema.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { fileMounts } from './file-mounts.ts';

/**
 * A service's mounts in the engine's format, with those of its secrets and configs. A new container inherits the anonymous
 * volumes of the container it replaces: `inherited` maps paths to volume names.
 */
export function mountsOf(
  project: Project,
  service: ProjectService,
  inherited: ReadonlyMap<string, string> = new Map(),
): Mount[] {
  const given = service.volumes ?? [];
  const files = fileMounts(project, service, new Set(given.map(({ target }) => target)));
  const paths = new Set([
    ...given.map(({ target }) => target),
    ...files.map(({ Target }) => Target),
  ]);
  // The volumes that the image declares.
  const others = [...inherited].filter(([target]) => !paths.has(target));
  return [
    ...given.map((mount) => mountOf(project, mount, inherited.get(mount.target))),
    ...files,
    ...others.map(([Target, Source]): Mount => ({ Type: 'volume', Source, Target })),
  ];
}

function mountOf(project: Project, mount: ServiceMount, inherited: string | undefined): Mount {
  const { type, source, target, read_only, bind, volume, tmpfs, image } = mount;
  const common = { Target: target, ...(read_only && { ReadOnly: true }) };
  switch (type) {
    case 'bind':
      return {
        ...{ ...common, Type: 'bind', Source: source ?? '' },
        BindOptions: {
          CreateMountpoint: bind?.create_host_path ?? true,
          ...(bind?.propagation !== undefined && {
            Propagation: bind.propagation as Propagation,
          }),
        },
      };
    case 'tmpfs':
      return {
        ...{ ...common, Type: 'tmpfs' },
        TmpfsOptions: {
          ...(tmpfs?.size !== undefined && { SizeBytes: Number(tmpfs.size) }),
          ...(tmpfs?.mode !== undefined && { Mode: tmpfs.mode }),
        },
      };
    case 'image':
      return {
        ...{ ...common, Type: 'image', Source: source ?? '' },
        ...(image?.subpath !== undefined && { ImageOptions: { Subpath: image.subpath } }),
      };
    default: {
      const name = source === undefined ? inherited : (project.volumes[source]?.name ?? source);
      return {
        ...{ ...common, Type: 'volume', ...(name !== undefined && { Source: name }) },
        VolumeOptions: {
          ...(volume?.nocopy && { NoCopy: true }),
          ...(volume?.labels && { Labels: volume.labels }),
          ...(volume?.subpath !== undefined && { Subpath: volume.subpath }),
        },
      };
    }
  }
}
