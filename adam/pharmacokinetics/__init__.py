"""Pharmacokinetics: doses and times of samples, values below the limit, parameters of profiles.

What a profile gives is computed from numbers alone (`profiles`, `areas`, `terminal`, `parameters`);
the operations (`reference_dose`, `below_limit`, `nca`) bring the rows of a study to it.
"""
