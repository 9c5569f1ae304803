/**
 * Options of the guest's kernel for every driver. Fewer messages and security modules make the boot
 * faster. A panic resets the VM.
 */
export const kernelOptions = 'quiet loglevel=3 lsm=capability,landlock,yama,bpf panic=-1';
