import type { DescMethod } from '@bufbuild/protobuf';

/** The path of a method in requests: `/moby.buildkit.v1.Control/Solve`. */
export function methodPath({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}
