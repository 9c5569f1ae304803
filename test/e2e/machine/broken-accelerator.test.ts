import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { accelerationPath } from '../../../electron/host/home/paths.ts';
import { createHost } from '../../../electron/host/host.ts';
import { berthAt } from '../berth.ts';

// For hosts with a /dev/kvm that opens but can't run the VM, as on many nested VMs.
test.skipIf(process.platform !== 'linux')(
  'a KVM that can’t run the VM only costs time, and is reported',
  async ({ skip }) => {
    if (!existsSync('/dev/kvm')) skip('there is no /dev/kvm');
    const home = await mkdtemp(join(tmpdir(), 'berth-'));
    const { machine, settings } = createHost({ home });
    onTestFinished(async () => {
      await machine.kill();
      await rm(home, { recursive: true, force: true, maxRetries: 10 });
    });
    await settings.update({ cpus: 1, memoryMiB: 1024, diskGiB: 4 });

    const { exitCode, stderr } = await berthAt(home, ['machine', 'start']);
    expect(exitCode, stderr).toBe(0);
    const { accelerator, acceleratorNote = '' } = await machine.status();
    if (accelerator === 'kvm') skip('KVM works on this host');

    expect(acceleratorNote).toMatch(/Berth emulates the processor, which is slow: KVM .*\(.+\)/);
    expect(stderr.split('\n').filter((line) => line === acceleratorNote)).toHaveLength(1);
    const status = await berthAt(home, ['machine', 'status']);
    expect(status.stdout).toContain('Acceleration: none (tcg)');
    expect(status.stdout).toContain(acceleratorNote);
    const doctor = await berthAt(home, ['doctor']);
    expect(doctor.stdout).toContain(`warn  acceleration: ${acceleratorNote}`);
    // Only a start finds out that guest code doesn't run. Every start detects earlier failures.
    if (acceleratorNote.includes('cannot run the machine')) {
      const record = JSON.parse(await readFile(accelerationPath(home), 'utf8'));
      expect(record).toMatchObject({ accelerator: 'kvm', works: false });
    }
  },
);
