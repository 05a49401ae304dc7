"""Student's t distribution: what intervals of means and of regression slopes need."""

from __future__ import annotations

import math

ENOUGH = 1e-16


def t_quantile(confidence: float, freedom: float) -> float:
    """How many standard errors a two-sided interval of that percentage reaches.

    `freedom` are the degrees of freedom. ValueError where they are not above 0, or the percentage
    is not between 0 and 100.

    >>> round(t_quantile(95, 10), 6), round(t_quantile(90, 3), 6)
    (2.228139, 2.353363)
    """
    if not 0 < confidence < 100 or freedom <= 0:
        raise ValueError(f"no t quantile for {confidence} percent and {freedom} degrees of freedom")
    wanted, low, high = confidence / 100, 0.0, 1.0
    while t_within(high, freedom) < wanted:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_within(middle, freedom) < wanted else (low, middle)
    return high


def t_within(reach: float, freedom: float) -> float:
    """The probability that |t| is at most `reach`.

    >>> round(t_within(2.228139, 10), 6)
    0.95
    """
    part = freedom / (freedom + reach * reach)
    return 1 - incomplete_beta(freedom / 2, 0.5, part)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function, by its continued fraction.

    Source: Numerical Recipes, section 6.4 (the method of Lentz).

    >>> round(incomplete_beta(2, 3, 0.4), 6)
    0.5248
    """
    if x in (0, 1):
        return float(x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        found *= d * c
        if abs(d * c - 1) < ENOUGH * 10:
            break
    return found
