/** An image from which nothing was made that Meta takes: it was damaged since it was accepted, or memory or time ran short. */
export class NotConverted extends Error {
  override readonly name = 'NotConverted';

  constructor(cause: unknown) {
    super('An image could not be converted', { cause });
  }
}
