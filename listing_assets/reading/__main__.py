"""The process that reads for a forked one: requests come on stdin, answers go to stdout."""

import os
import pickle
import sys
from typing import BinaryIO

from listing_assets.reading.forked import Answer, read
from listing_assets.reading.source import RevisionSource


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the asking process is gone: with what was read, or with what failed as text."""
    source: RevisionSource = pickle.load(requests)  # noqa: S301 - the process that started us
    while True:
        try:
            rows, photos, columns = pickle.load(requests)  # noqa: S301
        except EOFError:
            return
        try:
            answer: Answer | str = read(source, rows, photos, columns)
        except Exception as error:
            answer = str(error)
        pickle.dump(answer, answers)
        answers.flush()


# Whatever prints must not get between the answers.
with os.fdopen(os.dup(1), "wb") as pipe:
    os.dup2(2, 1)
    serve(sys.stdin.buffer, pipe)
