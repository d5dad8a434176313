"""Runs the `listing` command in the process of a test, with what it prints taken apart."""

import sys
from collections.abc import Callable

import pytest

from listing_assets.cli import main

Listing = Callable[..., tuple[int, str, str]]
"""The command's words, to its exit code, standard output and standard error."""


def listing_in_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *group: str
) -> Listing:
    """The command over the installation that the environment names; `group` comes before all words.

    What the command does to the environment is put back after the test.
    """
    monkeypatch.delenv("DAGSTER_HOME", raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["listing", *group, *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
