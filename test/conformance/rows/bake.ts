import { group } from '../row.ts';
import { dockerfile, quote } from './build-script.ts';

const hcl = (...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map(quote).join(' ')} >docker-bake.hcl`;
const print = (flags = '') => `docker buildx bake --print ${flags} 2>&1 | grep -v '^#'`;
/** Builds, and shows what failed. */
const bake = (flags = '') => `docker buildx bake ${flags} >out 2>&1 || tail -5 out`;
const run = (...names: readonly string[]) =>
  names.map((name) => `docker run --rm made:${name}`).join('; ');

/** `docker buildx bake`: which builds it makes of files, and their results. */
export const bakes = group('bake', [
  `${dockerfile('ARG BASE=box', 'FROM $BASE AS one', 'ARG V=none', 'ENV V=$V', 'CMD echo one $V', 'FROM $BASE AS two', 'CMD ["echo", "two"]')}; ${hcl('group "default" {', '  targets = ["one", "two"]', '}', 'target "one" {', '  target = "one"', '  tags = ["made:one"]', '  args = { V = "x" }', '}', 'target "two" {', '  target = "two"', '  tags = ["made:two", "made:again"]', '  labels = { a = "b" }', '}')}; ${print()}`,
  `${bake()}; ${run('one', 'two', 'again')}; docker image inspect -f '{{json .Config.Labels}}' made:two`,
  `${bake('one --set one.args.V=set --set "*.labels.l=m"')}; ${run('one')}; docker image inspect -f '{{json .Config.Labels}}' made:one`,
  print('--set "*.platform=linux/amd64" --set one.tags=made:x --set two.no-cache=true two'),
  print(
    '--set one.output=type=local,dest=out --set one.secrets=id=s,env=HOME --set one.ssh=default one',
  ),
  print('--pull --no-cache --load one'),
  `${bake('nosuch')}; docker buildx bake --set nosuch.x=y --print 2>&1 | tail -1; docker buildx bake --set one.nosuch=y --print 2>&1 | tail -1`,
  // Variables, functions, inherited targets.
  `${hcl('variable "TAG" { default = "latest" }', 'variable "N" { default = 3 }', 'function "name" {', '  params = [part]', '  result = "made:${part}-${TAG}"', '}', 'target "base" {', '  args = { A = "base", B = "base" }', '  labels = { from = "base" }', '}', 'target "default" {', '  inherits = ["base"]', '  tags = [name("f"), upper("made:x")]', '  args = { B = "own", C = N + 1, D = TAG == "latest" ? "yes" : "no", E = null }', '}')}; ${print()}`,
  `TAG=v2 N=9 docker buildx bake --print 2>&1 | grep -v '^#'`,
  `${hcl('target "default" {', '  name = "t-${v}-${replace(o, ".", "-")}"', '  matrix = {', '    v = ["one", "two"]', '    o = ["1.0", "2.0"]', '  }', '  target = v', '  args = { V = o }', '  tags = ["made:${v}-${o}"]', '}')}; ${print()}`,
  `${bake()}; ${run('one-1.0', 'one-2.0', 'two-2.0')}`,
  `${hcl('variable "LIST" { default = ["a", "b"] }', 'target "default" {', '  dockerfile-inline = <<EOF', 'FROM box', 'CMD ["echo", "inline"]', 'EOF', '  tags = [for each in LIST : "made:${each}"]', '}')}; ${print()}`,
  `${bake()}; ${run('a', 'b')}`,
  `${hcl('variable "V" {', '  default = "x"', '  validation {', '    condition = V == "x"', '    error_message = "V must be x."', '  }', '}', 'target "default" { args = { V = V } }')}; ${print()}; V=y docker buildx bake --print 2>&1 | tail -12 | sed -E 's/ [0-9.]+s done/ done/'`,
  `${hcl('target "default" {', '  nosuch = 1', '}')}; ${print()}`,
  `${hcl('target "default" {', '  args = { A = B }', '}')}; ${print()}`,
  `${hcl('target "a" { inherits = ["b"] }', 'target "b" { inherits = ["a"] }')}; ${print('a')}`,
  `${hcl('group "g" { targets = ["h", "x"] }', 'group "h" { targets = ["y"] }', 'target "x" {}', 'target "y" { description = "the y" }')}; ${print('g')}; docker buildx bake --list targets; docker buildx bake --list variables`,
  // Linked targets and other contexts.
  `mkdir lib app; echo lib >lib/f; echo app >app/f; printf 'FROM box\\nCOPY f /lib\\n' >lib/Dockerfile; printf 'FROM lib\\nCOPY f /app\\nCMD ["cat", "/lib", "/app"]\\n' >app/Dockerfile; ${hcl('target "lib" {', '  context = "lib"', '}', 'target "default" {', '  context = "app"', '  contexts = { lib = "target:lib" }', '  tags = ["made:app"]', '}')}; ${bake()}; ${run('app')}`,
  `echo changed >lib/f; ${bake()}; ${run('app')}`,
  `printf 'FROM box\\nCOPY --from=lib /lib /from\\nCOPY --from=more g /g\\nCMD ["cat", "/from", "/g"]\\n' >app/Dockerfile; mkdir more; echo g >more/g; ${bake('--set default.contexts.more=more')}; ${run('app')}`,
  `${hcl('target "default" {', '  context = "app"', '  contexts = { lib = "docker-image://web", more = "./more" }', '  dockerfile-inline = "FROM lib\\nCOPY --from=more g /g\\nCMD [\\"cat\\", \\"/g\\"]"', '  tags = ["made:image"]', '}')}; ${bake()}; ${run('image')}`,
  `${hcl('target "a" {', '  context = "lib"', '  contexts = { b = "target:nosuch" }', '}')}; ${bake('a')}`,
  // Outputs, secrets, arguments of the host.
  `${hcl('target "default" {', '  dockerfile-inline = "FROM scratch\\nCOPY lib/f /f"', '  output = ["type=local,dest=o", "type=tar,dest=o.tar"]', '}')}; ${bake()}; cat o/f; tar tf o.tar`,
  `${hcl('target "default" {', '  dockerfile-inline = "FROM box\\nRUN --mount=type=secret,id=s cp /run/secrets/s /s\\nCMD [\\"cat\\", \\"/s\\"]"', '  secret = ["id=s,src=lib/f"]', '  tags = ["made:secret"]', '}')}; ${bake('--allow fs.read=lib')}; ${run('secret')}`,
  `${hcl('target "default" {', '  dockerfile-inline = "FROM box\\nARG H\\nENV H=$H\\nCMD echo $H"', '  args = { H = "${BAKE_CMD_CONTEXT}-${BAKE_LOCAL_PLATFORM}" }', '  tags = ["made:h"]', '}')}; ${bake()}; ${run('h')}`,
  `${hcl('target "default" {', '  dockerfile-inline = "FROM box\\nRUN exit 5"', '}')}; docker buildx bake 2>&1 | grep -v '^#' | sed -E 's/^[0-9.]+ //'`,
  `docker buildx bake --metadata-file m default --set default.dockerfile-inline="FROM box" >/dev/null 2>&1; tr , '\\n' <m | grep -c digest`,
  `${hcl('target "ok" { dockerfile-inline = "FROM box" }', 'target "bad" { dockerfile-inline = "FROM box\\nRUN false" }')}; docker buildx bake ok bad >out 2>&1; echo $?; tail -1 out`,
  'docker buildx bake --check ok 2>&1 | tail -1',
  // Other formats of files.
  `rm docker-bake.hcl; echo '{"variable":{"T":{"default":"j"}},"group":{"default":{"targets":["json"]}},"target":{"json":{"dockerfile-inline":"FROM box\\\\nCMD echo json","tags":["made:j\${T}"]}}}' >docker-bake.json; ${print()}`,
  `${bake()}; ${run('jj')}`,
  `echo '{"target":{"json":{"args":{"X":"over"}}}}' >docker-bake.override.json; ${print()}`,
  `rm docker-bake*; printf 'services:\\n web:\\n  image: made:web\\n  build:\\n   context: lib\\n   args: {A: "1"}\\n   labels: [l=m]\\n   extra_hosts: ["h:1.2.3.4"]\\n   x-bake:\\n    tags: ["made:extra"]\\n    platforms: [linux/amd64]\\n db:\\n  image: redis\\n' >compose.yaml; ${print()}`,
  `${bake()}; docker run --rm made:extra cat /lib; docker image ls -q made:web | wc -l`,
  `cat compose.yaml | docker buildx bake -f - --print web 2>&1 | grep -v '^#'`,
  'docker buildx bake -f nosuch.hcl --print 2>&1 | tail -1; printf "x" >wrong.hcl; docker buildx bake -f wrong.hcl --print 2>&1 | tail -3',
]);
