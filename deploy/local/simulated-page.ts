/** The address of the first Page in the simulator's index, where a person sees what was published. */
export async function simulatedPage(simulator: string): Promise<string | undefined> {
  const index = await fetch(simulator, { headers: { accept: 'text/html' } }).then((answer) => answer.text());
  const [path] = /\/pages\/\d+/.exec(index) ?? [];
  return path && `${simulator}${path}`;
}
