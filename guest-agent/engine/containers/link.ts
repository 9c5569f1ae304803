/** "container" or "container:alias". */
export function parseLink(link: string): { target: string; alias: string } {
  const [target = '', alias = target] = link.split(':');
  return { target: target.replace(/^\//, ''), alias: alias.replace(/^.*\//, '') };
}
