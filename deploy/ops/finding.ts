/** Something that is wrong or waits: since when, and what to do next. */
export interface Finding {
  /** Our id of what it is about. */
  about?: string;
  wrong: string;
  since?: string;
  next: string;
}

/** How long ago, so that nobody has to count at night. */
export function ago(iso: string, nowMs = Date.now()): string {
  const minutes = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** A finding as people read it. */
export const told = (finding: Finding): string[] => [
  `! ${finding.about ? `${finding.about}: ` : ''}${finding.wrong}`,
  ...(finding.since ? [`  since ${finding.since} (${ago(finding.since)})`] : []),
  `  next: ${finding.next}`,
];
