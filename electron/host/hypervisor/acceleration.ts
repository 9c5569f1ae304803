export const accelerators = ['kvm', 'hvf', 'whpx', 'tcg'] as const;
export type Accelerator = (typeof accelerators)[number];

/** What runs the guest's processors. */
export interface Acceleration {
  /** kvm, hvf, whpx or tcg. */
  readonly accelerator: string;
  /** The processor is emulated: everything takes many times longer. */
  readonly emulated: boolean;
  /** For the user: why the processor is emulated, and what to do about it. */
  readonly note?: string;
}

/** Why an accelerator does not run a guest. */
export interface AcceleratorFault {
  /** For people, if possible in the hypervisor's words. */
  readonly reason: string;
  /** The hypervisor said so. Otherwise the guest only never showed that it runs. */
  readonly certain: boolean;
}
