import { picture } from '../../deploy/local/demo/picture.ts';

const count = 24;
const [width, height] = [640, 400];

/** Pictures that can be told apart at Meta by their width. */
export const pictures = Array.from({ length: count }, (_, number) => ({ number, width: width + number, height }));

export function bytesOf(number: number): Uint8Array {
  return picture(number, width + number, height);
}

/** @returns undefined for what is none of them */
export const pictureOfSize = (wide: number, high: number): number | undefined =>
  pictures.find((one) => one.width === wide && one.height === high)?.number;
