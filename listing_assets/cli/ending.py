"""How a command ends: exit codes, errors in plain words, and as JSON where that was asked for."""

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from listing_assets.cli import INTERRUPTED
from listing_assets.cli.output import print_json
from listing_assets.settings import Settings
from resources.errors import ListingError

USER_MUST_ACT: Final = 1
WRONG_USAGE: Final = 2
OF_A_PLACE: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOSPC, errno.EDQUOT}
)
"""Errors of the system that are of a folder or a disk, not of the program."""


class Interrupted(Exception):  # noqa: N818 - no error
    """A signal ended the command. `problem` says what it was at, `remedy` how to go on."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


@contextmanager
def plainly(words: Sequence[str]) -> Iterator[None]:
    """End the process as documented, whatever is raised inside. `words` are the command line's.

    Errors are told on stderr; with `--json` also as the one document on stdout,
    `{"error": {"problem": …, "remedy": …}}`.
    """
    as_json = "--json" in words
    try:
        yield
    except ListingError as error:
        _tell([(error.problem, error.remedy)], as_json)
        sys.exit(USER_MUST_ACT)
    except ValidationError as error:
        _tell([_mistake(error.title, each) for each in error.errors()], as_json)
        sys.exit(USER_MUST_ACT)
    except (Interrupted, KeyboardInterrupt) as error:
        end = error if isinstance(error, Interrupted) else Interrupted("interrupted")
        Console(stderr=True, soft_wrap=True, highlight=False).print(escape(str(end)))
        if as_json:
            _document(end.problem, end.remedy)
        sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        from typer.rich_utils import rich_format_error

        rich_format_error(error)  # type: ignore[arg-type]
        if as_json:
            _document(*_usage(error))
        sys.exit(getattr(error, "exit_code", WRONG_USAGE))
    except Exception as error:
        if isinstance(error, OSError) and _is_of_a_place(error):
            remedy = "LISTING_HOME and LISTING_CATALOG say where files are; see `listing config`."
            _tell([(f"{error.filename}: {error.strerror}.", remedy)], as_json)
            sys.exit(USER_MUST_ACT)
        if as_json:
            _document(f"unexpected {type(error).__name__}.", "The traceback is on stderr.")
        raise


def _is_of_a_place(error: OSError) -> bool:
    if error.errno in OF_A_PLACE:
        return bool(error.filename)
    # What is not there is a fault of the program, unless LISTING_HOME itself cannot be made.
    home = Path(os.environ.get("LISTING_HOME", "") or ".").expanduser().absolute()
    return error.errno in {errno.ENOENT, errno.EEXIST} and str(error.filename) in {
        str(place) for place in (home, *home.parents)
    }


def _tell(mistakes: Sequence[tuple[str, str]], as_json: bool) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for problem, remedy in mistakes:
        console.print(f"[bold red]error:[/] {escape(problem)}")
        if remedy:
            console.print(f"  [bold]→[/] {escape(remedy)}")
    if as_json:
        _document("\n".join(problem for problem, _ in mistakes), mistakes[0][1])


def _mistake(title: str, error: object) -> tuple[str, str]:
    """What is wrong with a value, and what to do."""
    assert isinstance(error, dict)
    place = ".".join(map(str, error["loc"]))
    if title == Settings.__name__:
        remedy = "Mend it in the environment, or unset it; `listing config` tells what each is for."
        return f"LISTING_{place.upper()}: {error['msg']}.", remedy
    return f"{title}: {place}: {error['msg']}", ""


def _usage(error: typer.TyperException) -> tuple[str, str]:
    """What is wrong with the words of the command line, and where its help is."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    return message, f"See {context.command_path if context else 'listing'} --help."


def _document(problem: str, remedy: str) -> None:
    print_json({"error": {"problem": problem, "remedy": remedy}})
