export const accelerators = ['kvm', 'hvf', 'whpx', 'tcg'] as const;
export type Accelerator = (typeof accelerators)[number];

/** What runs the VM's processors. */
export interface Acceleration {
  /** kvm, hvf, whpx or tcg. */
  readonly accelerator: string;
  /** The processor is emulated, which is many times slower. */
  readonly emulated: boolean;
  /** Why the processor is emulated and what to do about it, for the user. */
  readonly note?: string;
}

/** Why an accelerator can't run a VM. */
export interface AcceleratorFault {
  /** Display text, if possible in the hypervisor's words. */
  readonly reason: string;
  /**
   * True if the hypervisor reported the fault. Otherwise, the VM only showed no sign of running.
   */
  readonly certain: boolean;
}
