/**
 * The kernel's command line. Fewer messages and security modules make the boot faster. A panic ends
 * the VM.
 */
export function kernelOptions(architecture: 'amd64' | 'arm64'): string {
  const options = {
    // Early in the boot, Linux for PCs waits briefly for the legacy timer's interrupt, and panics
    // ("IO-APIC + timer doesn't work") if a busy host delivers it late.
    amd64: 'console=ttyS0 no_timer_check',
    arm64: 'console=ttyAMA0',
  }[architecture];
  return `${options} quiet loglevel=3 lsm=capability,landlock,yama,bpf panic=-1`;
}
