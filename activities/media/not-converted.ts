/** An image from which nothing could be made that Meta takes. */
export class NotConverted extends Error {
  override readonly name = 'NotConverted';
  /** Nobody can read it, today or tomorrow. Otherwise something ran short here, and it may be tried again. */
  readonly isDamaged: boolean;

  constructor(isDamaged: boolean, cause: unknown) {
    super('An image could not be converted', { cause });
    this.isDamaged = isDamaged;
  }
}
