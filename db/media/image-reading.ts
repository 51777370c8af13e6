/**
 * How an image is read, both when it is uploaded and when it is converted, so that what was accepted can be converted. Decoders warn of oddities
 * that cameras and editors leave, and read on; what is cut off or damaged is an error.
 */
export const imageReading = { limitInputPixels: false, failOn: 'error' } as const;
