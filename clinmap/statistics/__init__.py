"""Statistics that small studies need exactly: plain functions of numbers, without tables or files.

`proportion` has limits of proportions and of their difference, `fisher` the test and the odds ratio
of a two by two table, `ranks` the rank tests of Wilcoxon and the shift of Hodges and Lehmann,
`survival` the curve of Kaplan and Meier, `multiplicity` the adjustment of Benjamini and Hochberg.
"""
