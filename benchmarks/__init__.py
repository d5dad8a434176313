"""Measurements that anybody can repeat: `make bench`, or `python -m benchmarks.<name>`.

Speeds are ratios against a bare loop or a peer in the same run, medians of several; nothing here
asserts a time.
"""
