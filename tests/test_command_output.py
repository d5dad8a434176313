"""Tables on terminals of any width: no header is broken, and nothing is left out."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from listing_assets.cli import output
from listing_assets.cli.notices import Notices
from listing_assets.cli.output import print_table

COLUMNS = ["step", "needed", "reused", "to compute", "calls", "tokens", "estimated cost"]
ROWS = [["normalized_images", 1_200, 0, 1_200, 0, 0, "0"], ["smart_tags", 7, 2, 5, 5, None, "–"]]


def printed(columns: list[str], rows: list[list[object]], width: int, title: str = "") -> str:
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "console", Console(file=stream, width=width, highlight=False))
        print_table(columns, rows, title)
    return stream.getvalue()


def test_a_table_that_fits_has_its_headers_in_one_line() -> None:
    lines = printed(COLUMNS, ROWS, 120, "plan").splitlines()
    (header,) = [line for line in lines if "needed" in line]
    assert header.split() == " ".join(COLUMNS).split()
    assert "1,200" in "".join(lines)


def test_a_table_that_does_not_fit_is_told_in_paragraphs_with_the_columns_names() -> None:
    lines = printed(COLUMNS, ROWS, 60, "plan").splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[:2] == ["plan", "normalized_images"]
    assert " ".join(" ".join(lines[2:4]).split()) == (
        "needed 1,200, reused 0, to compute 1,200, calls 0, tokens 0, estimated cost 0"
    )


def test_a_header_of_two_words_may_be_broken_between_them_only() -> None:
    lines = printed(["key", "most frequent"], [["a", "b " * 20]], 19).splitlines()
    assert any(line.split() == ["most"] for line in lines)
    assert any(line.split() == ["key", "frequent"] for line in lines)


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    for width in (20, 100):
        assert "[bold]x[/]" in printed(["a", "header-one"], [["[bold]x[/]", "[red]"]], width)


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=14)


@given(
    st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=3),
    st.tuples(WORDS, WORDS, WORDS),
    st.integers(16, 100),
)
def test_every_word_of_headers_and_cells_is_there_unbroken(
    rows: list[tuple[str, ...]], columns: tuple[str, ...], width: int
) -> None:
    # A paragraph needs room for a word behind its indent.
    text = printed(list(columns), [list(row) for row in rows], max(width, 2 * 14 + 2))
    needed = sum(max(map(cell_len, column)) + 3 for column in zip(columns, *rows, strict=True)) - 1
    shown = [*columns[1:], *(cell for row in rows for cell in row)] if rows else []
    if needed <= width:
        shown.append(columns[0])
    for word in shown:
        assert word in text


@pytest.mark.parametrize(("variable", "width"), [("72", 72), ("", output.WIDE), ("x", output.WIDE)])
def test_the_width_of_a_pipe_is_that_of_columns_or_wide(
    variable: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", variable)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert Console(width=output._width(), file=io.StringIO()).width == width


def test_waits_and_warnings_are_shown_and_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    log = logging.getLogger("resources.anything")
    with Notices() as notices:
        log.info("of no concern")
        log.warning("look here")
        log.warning("h is down", extra={"waiting": "h", "waits_for": "h, which is down"})
        assert notices.while_waiting == " while waiting for h, which is down"
        log.info("h is back", extra={"waiting": "h", "waits_for": None})
        assert notices.while_waiting == ""
    log.warning("nobody listens")
    shown = capsys.readouterr().err.splitlines()
    assert [line for line in shown if line != "nobody listens"] == [
        "look here",
        "h is down",
        "h is back",
    ]
