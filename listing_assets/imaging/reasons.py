"""Why an object is rejected: the closed list of reason codes, and the rejection itself."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an object has no normalized photo. The values are stored: never rename one."""

    EMPTY = "empty"
    """The object has no bytes."""

    NOT_AN_IMAGE = "not_an_image"
    """The content is text, an archive, random bytes: nothing that shows a picture."""

    UNSUPPORTED_FORMAT = "unsupported_format"
    """The content is a picture, document or video of a known kind, but not a supported one."""

    TRUNCATED = "truncated"
    """A supported format whose end is missing."""

    TOO_MANY_PIXELS = "too_many_pixels"
    """Decoding would exceed `NormalizationSpec.max_pixels`."""

    TOO_MANY_BYTES = "too_many_bytes"
    """The object exceeds `NormalizationSpec.max_bytes`."""

    DECODE_ERROR = "decode_error"
    """A supported format whose content contradicts itself."""

    DECODER_CRASHED = "decoder_crashed"
    """The decoder crashed, ran out of memory or gave no answer in time."""

    FETCH_FAILED = "fetch_failed"
    """The bytes could not be read from the source. Passing: worth another try."""

    @property
    def retryable(self) -> bool:
        """Whether the cause lies outside the bytes, so that the same object may succeed later."""
        return self is Reason.FETCH_FAILED


@dataclass(frozen=True, slots=True)
class Rejected:
    """An object that cannot become a photo: the reason code, and words for a person."""

    reason: Reason
    detail: str
