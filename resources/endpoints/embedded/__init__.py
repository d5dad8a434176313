"""Models that run in this process, with no key and no network: a reader and a descriptor.

`reading` reads words (OCR), `colours` and `pixels` measure; `answering` answers tags from these and
`tag_model` serves them; `descriptor`, `text_space` and `embedding_model` make vectors. What cannot
be read or measured is never guessed.
"""
