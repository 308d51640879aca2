// Reads the files that README.md tells its reader to write: code fences that carry `file=<path>`.

const FENCE = /^```(?:json|ts) file=(\S+)\n([^]*?)^```$/gm;

export type TutorialFile = { readonly path: string; readonly text: string };

export function tutorialFiles(readme: string): readonly TutorialFile[] {
  return [...readme.matchAll(FENCE)].map(([, file = "", text = ""]) => ({ path: file, text }));
}
