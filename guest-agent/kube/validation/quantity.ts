const QUANTITY = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** Whether a text is an amount, such as `500m`, `1.5` or `64Mi`. */
export const isQuantity = (text: string): boolean => QUANTITY.test(text);
