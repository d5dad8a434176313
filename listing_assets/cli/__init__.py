"""The `listing` command: one file a group of commands, the words of the domain as command names.

`app.py` assembles, `output.py` prints, `launching.py` alone talks to Dagster. The commands compose
domain calls as the assets do; nothing is computed here.
"""

from listing_assets.cli.app import main

__all__ = ["main"]
