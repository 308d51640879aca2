// Reads a small QR code off a terminal, as a phone's camera would: versions 2 to 5 with error correction L, which have
// one block, one alignment pattern, and text in bytes. Nothing is corrected: a wrong module is a wrong text.
// Source: ISO/IEC 18004.

/** Two rows of modules are one line of text, and what is printed is light. */
const LIGHT: Readonly<Record<string, readonly [boolean, boolean]>> = {
  "█": [true, true],
  "▀": [true, false],
  "▄": [false, true],
  " ": [false, false],
};

/** @throws Error for what is no such code */
export function readQr(lines: readonly string[]): string {
  const modules = readModules(lines);
  const size = modules.length;
  const isDark = (row: number, column: number): boolean => modules[row]?.[column] === true;
  // Format information beside the upper left corner, under its fixed mask.
  const columns = [0, 1, 2, 3, 4];
  const format =
    columns.reduce((bits, column) => bits * 2 + Number(isDark(8, column)), 0) ^ 0b10101;
  if (format >> 3 !== 0b01) throw new Error("its error correction is not L");
  const isMasked = MASKS[format & 0b111] ?? (() => false);

  const bits: number[] = [];
  let isUp = true;
  for (let right = size - 1; right > 0; right -= 2) {
    // The vertical timing pattern is in no pair of columns.
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const row = isUp ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (isFunction(size, row, column)) continue;
        bits.push(Number(isDark(row, column) !== isMasked(row, column)));
      }
    }
    isUp = !isUp;
  }
  const numberAt = (start: number, length: number): number =>
    bits.slice(start, start + length).reduce((value, bit) => value * 2 + bit, 0);
  if (numberAt(0, 4) !== 0b0100) throw new Error("it does not hold bytes");
  const bytes = Array.from({ length: numberAt(4, 8) }, (_, at) => numberAt(12 + at * 8, 8));
  return Buffer.from(bytes).toString();
}

function readModules(lines: readonly string[]): readonly (readonly boolean[])[] {
  const rows = lines.flatMap((line) => {
    const halves = Array.from(line, (character) => LIGHT[character] ?? [true, true]);
    return [halves.map(([upper]) => !upper), halves.map(([, lower]) => !lower)];
  });
  const top = rows.findIndex((row) => row.includes(true));
  const left = rows[top]?.indexOf(true) ?? 0;
  const size = (rows[top]?.lastIndexOf(true) ?? 0) - left + 1;
  if (![25, 29, 33, 37].includes(size)) throw new Error(`it is ${size} modules wide`);
  return rows.slice(top, top + size).map((row) => row.slice(left, left + size));
}

function isFunction(size: number, row: number, column: number): boolean {
  const isCorner =
    (row < 9 && column < 9) || (row < 9 && column >= size - 8) || (row >= size - 8 && column < 9);
  const isAlignment = Math.abs(row - (size - 7)) <= 2 && Math.abs(column - (size - 7)) <= 2;
  return isCorner || isAlignment || row === 6 || column === 6;
}

const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];
