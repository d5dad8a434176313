"""This machine's processes: whether one is still there, and how ours holds memory."""

import contextlib
import ctypes
import os

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Names of `mallopt`'s parameters in glibc."""


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def hold_memory_flat() -> None:
    """Have glibc give freed memory back; call it before threads are started.

    By default each thread has an arena of its own and large blocks stay in it: a run with many
    calls in flight would hold a fifth more memory than it uses. Elsewhere than on glibc nothing
    happens.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, 64 * 1024)
        mallopt(_M_TRIM_THRESHOLD, 64 * 1024)
