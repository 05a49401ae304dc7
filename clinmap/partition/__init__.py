"""Building subjects apart from each other, and putting the parts together to exactly the whole.

`locality` says which datasets are a function of one subject's rows, `dealing` shares out the rows,
`task` builds one part, and `merging` makes of the parts what one build of everything would be.
`building` runs it all. No file is touched here.
"""
