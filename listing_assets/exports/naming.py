"""Names of exported files: readable, safe on every system, and different for different keys.

A key may be anything that an object store takes: slashes, dots, other alphabets, names that differ
in case only. A name has letters, digits, "_" and "-" alone, and ends in a hash of the key.
"""

import hashlib
import re
import unicodedata

HASH_DIGITS = 16
"""64 bits: among a million keys, two agree with a chance of 1 in 37 million."""
MOST_BYTES = 120
"""Of the readable part, in UTF-8. Some systems take 143 bytes for a name, most take 255."""
OTHER = re.compile(r"[^\w]+|_+")


def file_stem(key: str) -> str:
    """The name of the key's file, without a suffix. It depends on the key alone."""
    path, dot, suffix = key.rpartition(".")
    readable = path if dot and "/" not in suffix else key
    words = OTHER.sub("_", unicodedata.normalize("NFC", readable)).strip("_")
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
    end = words.encode("utf-8", "ignore")[-MOST_BYTES:].decode("utf-8", "ignore").strip("_")
    return f"{end}-{digest}" if end else digest
