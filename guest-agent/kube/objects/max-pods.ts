/** As many pods as a kubelet runs by default. */
export const MAX_PODS = 110;
