"""The rules of the catalog for what a listing must not say, and the search of a text by them.

`schema` is what may be written in YAML, `patterns` what of it can be searched for in linear time,
`beginnings` what could still become a violation at the end of a text, `digits` the numbers that a
pattern cannot tell (telephone, identity card, bank card).
"""
