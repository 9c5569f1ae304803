import { ask } from '../../fixtures/ask.ts';
import { BOX, withContainer } from '../../hostile/engine/box.ts';
import type { ProbedEngine } from './engines.ts';
import { type ContainerKind, containerKinds, type Probe } from './probe.ts';

/** Parts the outputs of probes. */
const MARK = '=====';

/** The output of each probe. All probes of a kind run in one container, beside each other. */
export async function tryProbes(
  engine: ProbedEngine,
  probes: readonly Probe[],
): Promise<ReadonlyMap<Probe, string>> {
  const kinds = Object.entries(Object.groupBy(probes, ({ from = 'default' }) => from));
  const outputs = await Promise.all(
    kinds.map(([kind, group]) => tryInOne(engine, kind as ContainerKind, group)),
  );
  return new Map(outputs.flat());
}

async function tryInOne(
  { socket, addresses }: ProbedEngine,
  kind: ContainerKind,
  probes: readonly Probe[],
): Promise<[Probe, string][]> {
  const scripts = probes.map(({ script }, at) => `{\n${script}\n} >$out/${at} 2>&1 &`);
  const script = [
    'out=/out; mkdir $out 2>/dev/null && touch $out/x 2>/dev/null || out=/dev/shm',
    ...scripts,
    'wait',
    ...probes.map((_, at) => `echo ${MARK}; cat $out/${at}`),
  ].join('\n');
  const request = { ...containerKinds[kind], Env: addresses, Cmd: ['sh', '-c', script] };
  const text = await withContainer(
    socket,
    BOX,
    async (id) => {
      const started = await ask(socket, { method: 'POST', path: `/containers/${id}/start` });
      if (started.status !== 204) throw new Error(`${kind}: ${started.text}`);
      await ask(socket, { method: 'POST', path: `/containers/${id}/wait` });
      return logsOf(socket, id);
    },
    request,
  );
  const parts = text.split(`${MARK}\n`).slice(1);
  return probes.map((probe, at) => [probe, parts[at] ?? `no output: ${text}`]);
}

/** Without the headers of Docker's stream format. */
async function logsOf(socket: string, id: string): Promise<string> {
  const { bytes } = await ask(socket, { path: `/containers/${id}/logs?stdout=1&stderr=1` });
  let text = '';
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    text += bytes.subarray(at + 8, end).toString();
    at = end;
  }
  return text;
}
