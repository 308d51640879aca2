// Amounts of money for people to read. They are counted in whole cents everywhere else.

const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
const whole = new Intl.NumberFormat("en-IE");

/** `€1,234.50` */
export function inEuros(cents: number): string {
  return euros.format(cents / 100);
}

/** `5,000` */
export function inWhole(count: number): string {
  return whole.format(count);
}
