import { disableTypes, types } from 'image-size';
import { imageSizeFromFile } from 'image-size/fromFile';

export interface Image {
  contentType: string;
  width: number;
  height: number;
}

const contentTypes: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
};

/** The most that a JPEG or GIF can say of its width. A PNG that claims more is made to exhaust whoever opens it. */
const SIDE_MAX_PIXELS = 65_535;

// The parsers of formats that are refused anyway need not see what strangers upload.
disableTypes(types.filter((type) => !(type in contentTypes)));

/** What a file is, by its bytes alone. @returns undefined for what is not an image that we take */
export async function recognise(path: string): Promise<Image | undefined> {
  const { type, width, height } = await imageSizeFromFile(path).catch(unrecognised);
  const contentType = type && contentTypes[type];
  const drawable = [width, height].every((side) => side > 0 && side <= SIDE_MAX_PIXELS);
  return contentType && drawable ? { contentType, width, height } : undefined;
}

/** The library says by throwing, with errors of several kinds, that the bytes make no image. A file that cannot be read is another matter. */
function unrecognised(error: NodeJS.ErrnoException): { type?: string; width: number; height: number } {
  if (error.syscall) throw error;
  return { width: 0, height: 0 };
}
