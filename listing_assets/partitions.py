"""The one partitions definition: a partition is a dataset version, `dataset@version`.

Names of versions are read in `versions/names.py`.
"""

import dagster as dg

dataset_versions = dg.DynamicPartitionsDefinition(name="dataset_versions")
