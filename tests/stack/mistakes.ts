/**
 * What no fault of anything around us provokes: a statement that PostgreSQL does not understand, a value or row that it cannot take (classes 42,
 * 22 and 23), an error of the language, a history that does not fit the code.
 */
const mistake = /"code":"(?:22|23|42)[0-9A-Z]{3}"|\b(?:Type|Reference|Range|Syntax)Error\b|TMPRL1100/;

/** The lines of a log that tell of mistakes in the code. Retries would hide them from every test. */
export const mistakesIn = (log: string): string[] => log.split('\n').filter((line) => mistake.test(line));
