import { createTransport } from 'nodemailer';

interface Mail {
  to: readonly string[];
  subject: string;
  text: string;
}

/** `unsure`: the server may have taken it, but its answer was lost. */
type Sent = 'sent' | 'not-sent' | 'unsure';

export interface Mailer {
  send(mail: Mail): Promise<Sent>;
}

const patienceMs = 20_000;
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Sends through the mail server of an operator, encrypted unless that is on this machine. Every failure is a value: its words could quote the mail. */
export function openMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport({
    url,
    requireTLS: !loopback.has(new URL(url).hostname),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      // Asked first by itself: of a failure to connect during a mail nobody could tell how far that had come.
      if (!(await reaches(transport))) return 'not-sent';
      try {
        await transport.sendMail({ from, to: [...to], subject, text });
        return 'sent';
      } catch (error) {
        return refused(error) ? 'not-sent' : 'unsure';
      }
    },
  };
}

const reaches = (transport: Pick<ReturnType<typeof createTransport>, 'verify'>) =>
  transport.verify().then(
    () => true,
    () => false,
  );

/** In words of the server's own. */
const refused = (error: unknown): boolean =>
  typeof ((error ?? {}) as { responseCode?: unknown }).responseCode === 'number';
