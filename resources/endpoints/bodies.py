"""The body of an answer, which an endpoint may send without end."""

from collections.abc import AsyncIterator
from typing import Final

MOST_BYTES: Final = 16 << 20
"""Of one answer, decompressed. The longest of use has a few vectors in it, of 100 KB each."""


async def whole_body(chunks: AsyncIterator[bytes]) -> bytes:
    """The body that comes in `chunks`.

    Raises:
        ValueError: it is longer than `MOST_BYTES`; what follows was not read.
    """
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise ValueError(f"the answer is longer than {MOST_BYTES >> 20} MiB")
    return bytes(body)
