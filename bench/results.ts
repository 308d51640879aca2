// Puts a table of results between its markers in bench/README.md.

/**
 * @param readme  the page as it is
 * @param name    of the benchmark: its markers are `<!-- results of NAME -->` and `<!-- end -->`
 * @param results what goes between them
 * @throws RangeError when the page has no such markers
 */
export function replaceResults(readme: string, name: string, results: string): string {
  const opening = `<!-- results of ${name} -->\n`;
  const start = readme.indexOf(opening);
  const end = readme.indexOf("<!-- end -->", start);
  if (start === -1 || end === -1)
    throw new RangeError(`the page has no place for results of ${name}`);
  return `${readme.slice(0, start)}${opening}\n${results}\n\n${readme.slice(end)}`;
}
