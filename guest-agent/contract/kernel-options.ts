/** Fewer messages and security modules make the boot faster. A panic ends the VM. */
const common = 'quiet loglevel=3 lsm=capability,landlock,yama,bpf panic=-1';

/** The kernel's command line on QEMU's and Hyper-V's boards, which have a serial port. */
export function kernelOptions(architecture: 'amd64' | 'arm64'): string {
  const options = {
    // Early in the boot, Linux for PCs waits briefly for the legacy timer's interrupt, and panics
    // ("IO-APIC + timer doesn't work") if a busy host delivers it late.
    amd64: 'console=ttyS0 no_timer_check',
    arm64: 'console=ttyAMA0',
  }[architecture];
  return `${options} ${common}`;
}

/** The kernel's command line with Apple's Virtualization framework, which has a virtio console. */
export const virtioKernelOptions = `console=hvc0 ${common}`;
