/** How a series changes from its beginning to its end, by the straight line that fits it best (least squares). */
export function growthOf(values: readonly number[]): { mean: number; growth: number } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const middle = (count - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (const [at, value] of values.entries()) {
    covariance += (at - middle) * (value - mean);
    variance += (at - middle) ** 2;
  }
  return { mean, growth: variance === 0 ? 0 : (covariance / variance) * (count - 1) };
}
