"""Vectors: what a version lacks is computed, and each vector is checked before it is stored.

`checking.py` judges vectors, `step.py` is the computation of `embeddings`.
"""
