"""Work for decode pools that does what broken files make decoders do. The bytes say what."""

import ctypes
import os
import re
import signal
import sys
import time
from pathlib import Path

from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.reasons import Reason, Rejected
from listing_assets.imaging.spec import NormalizationSpec


def work(data: bytes, spec: NormalizationSpec) -> Normalized | Rejected:
    """Misbehave as `data` says; normalize it where it says nothing of the kind."""
    command, _, argument = data.partition(b":")
    match command:
        case b"segfault":
            ctypes.string_at(0)
        case b"killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"abort":
            os.write(2, b"free(): invalid pointer\n")
            os.abort()
        case b"exit":
            os._exit(3)
        case b"raise":
            raise RuntimeError("a bug, not a broken file")
        case b"hang":
            time.sleep(3600)
        case b"hang_with_lock":  # keeps the interpreter lock, as a decoder may
            re.match(r"(a+)+$", "a" * 60 + "b")
        case b"crash_once":
            marker = Path(os.fsdecode(argument))
            if not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGSEGV)
        case b"pid":
            time.sleep(0.1)
            return Rejected(Reason.DECODE_ERROR, str(os.getpid()))
        case b"imported":
            return Rejected(Reason.DECODE_ERROR, " ".join(sys.modules))
    return normalize(data, spec)
