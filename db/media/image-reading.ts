import sharp from 'sharp';

const DECODE_WITHIN_S = 30;

/**
 * How an image is read, both when it is uploaded and when it is converted, so that what was accepted can be converted. Decoders warn of oddities
 * that cameras and editors leave, and read on; what is cut off or damaged is an error.
 */
export const imageReading = { limitInputPixels: false, failOn: 'error' } as const;

/**
 * Decodes an image to its end, all its frames, line by line: that takes next to no memory.
 * @throws Error as the library has it: where the image is damaged or cut off, and also where the time was too short
 */
export async function readToEnd(image: string | Buffer): Promise<Buffer> {
  const all = sharp(image, { ...imageReading, sequentialRead: true, pages: -1 }).timeout({ seconds: DECODE_WITHIN_S });
  return all.resize(1, 1, { fit: 'fill' }).raw().toBuffer();
}
