// What a benchmark found: one quantity, sampled several times.

export type Figure = {
  /** Names it in budget.json, for example `exchange.cpuRatio`. */
  readonly key: string;
  /** What it is, for people. */
  readonly label: string;
  /** Unit of the samples; `×` for a ratio. */
  readonly unit: string;
  readonly samples: readonly number[];
};

/** Makes a figure of what each round has of it. */
export type MakeFigure<Round> = (
  name: string,
  label: string,
  unit: string,
  sampleOf: (round: Round) => number,
) => Figure;

/**
 * @param group    what keys begin with
 * @param subject  what labels begin with; default: they stand alone
 */
export function figuresFrom<Round>(
  rounds: readonly Round[],
  group: string,
  subject?: string,
): MakeFigure<Round> {
  return (name, label, unit, sampleOf) => ({
    key: `${group}.${name}`,
    label: subject === undefined ? label : `${subject}: ${label}`,
    unit,
    samples: rounds.map(sampleOf),
  });
}
