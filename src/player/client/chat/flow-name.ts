/** What the chat calls the business: the flow's folder in words. */
export function nameOf(flow: string): string {
  const words = flow.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
