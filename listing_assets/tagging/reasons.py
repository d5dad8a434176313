"""The closed lists of a tag answer: what may be wrong with it, and what may be mended in it."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a tag has no valid answer. The codes are stored: never rename one."""

    meaning: str
    """One line for a person."""

    def __new__(cls, code: str, meaning: str) -> "Reason":
        """A member is its code, and carries its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    EMPTY_ANSWER = "empty_answer", "The model answered with nothing, or with thoughts alone."
    NOT_JSON = "not_json", "The text has no JSON object, or none that can be read up to this tag."
    NOT_OBJECT = "not_object", "The text is JSON, but no object of tags."
    TRUNCATED = "truncated", "The text ends before this tag is answered in full."
    AMBIGUOUS = "ambiguous", "The text answers this tag twice, and differently."
    MISSING_TAG = "missing_tag", "The answer says nothing about this tag."
    UNKNOWN_VALUE = "unknown_value", "The value is none of those that the tag definition names."
    WRONG_TYPE = "wrong_type", "The value is not of the tag's type."
    OUT_OF_RANGE = "out_of_range", "The number is not between the tag's minimum and maximum."
    TOO_LONG = "too_long", "The text has more characters than the tag allows."
    NOT_A_COLOR = "not_a_color", "The text is no colour: a colour's name, or hex as #rrggbb."
    WRONG_LANGUAGE = "wrong_language", "The text is not in the language that the tag demands."
    REFUSED_BY_MODEL = "refused_by_model", "The model declines to answer, in words of its own."

    CONTENT_FILTERED = "content_filtered", "The provider's content filter stopped photo or answer."
    BAD_REQUEST = "bad_request", "The endpoint does not accept the request for this photo."
    UNSUPPORTED_FORMAT = "unsupported_format", "The endpoint takes none of our ways of asking."
    UNSUPPORTED_OPTION = "unsupported_option", "The endpoint knows no limit of tokens by its names."
    UNSUPPORTED_TEMPERATURE = "unsupported_temperature", "The endpoint takes no temperature."
    TOO_MANY_BYTES = "too_many_bytes", "The request is larger than the endpoint takes."
    NO_URL = "no_url", "The endpoint wants the photo by URL, and its source gives none."
    UNREADABLE_PHOTO = "unreadable_photo", "The model cannot open the photo."
    MALFORMED_RESPONSE = "malformed_response", "The response does not follow the protocol."
    RATE_LIMITED = "rate_limited", "The endpoint asked for fewer calls until patience ended."
    SERVER_ERROR = "server_error", "The endpoint failed at each attempt."
    TIMED_OUT = "timed_out", "The endpoint gave no answer in time at any attempt."
    CONNECTION_FAILED = "connection_failed", "The connection failed or broke at each attempt."
    CONFLICT = "conflict", "The endpoint answered HTTP 409 at each attempt."
    BATCH_EXPIRED = (
        "batch_expired",
        "The batch expired before the photo's turn; it is asked again.",
    )
    BATCH_CANCELLED = "batch_cancelled", "The batch was cancelled before the photo's turn."
    UNEXPECTED = "unexpected", "The call failed in a way that no rule foresees."

    NO_VECTOR = "no_vector", "The photo lacks the vector that a model predicts from."
    NO_FACT = "no_fact", "The photo lacks a fact that a model predicts from."


MENDED_BY_ASKING: frozenset[str] = frozenset(
    {
        Reason.EMPTY_ANSWER,
        Reason.NOT_JSON,
        Reason.NOT_OBJECT,
        Reason.TRUNCATED,
        Reason.AMBIGUOUS,
        Reason.MISSING_TAG,
        Reason.UNKNOWN_VALUE,
        Reason.WRONG_TYPE,
        Reason.OUT_OF_RANGE,
        Reason.TOO_LONG,
        Reason.NOT_A_COLOR,
        Reason.WRONG_LANGUAGE,
    }
)
"""Reasons for asking again: the model may do better when it is told what was wrong."""


class Repair(StrEnum):
    """What was mended so that an answer could be read or kept. The codes are stored."""

    meaning: str
    """One line for a person."""

    def __new__(cls, code: str, meaning: str) -> "Repair":
        """A member is its code, and carries its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    UNTHOUGHT = "unthought", "The thoughts before the answer were left out."
    UNFENCED = "unfenced", "The object was taken out of a fenced code block."
    TRIMMED = "trimmed", "Words around the object were left out."
    CHOSEN = "chosen", "Of several objects, the one with the most of the asked tags was taken."
    UNWRAPPED = "unwrapped", "The object was taken out of a list, another object or a string."
    CLOSED = "closed", "The text was cut or broken off; what stood whole before that was taken."
    PUNCTUATION = "punctuation", "Commas too many were left out, full-width signs read as JSON's."
    QUOTES = "quotes", "Single, typographic or missing quotation marks were read as JSON's own."
    LITERALS = "literals", "Literals such as True or None were read as JSON's own."
    CONTROLS = "controls", "Control characters were escaped or left out."
    COMMENTS = "comments", "Comments were left out."
    KEY = "key", "The tag's name was written in other letter case."
    NORMALIZED = (
        "normalized",
        "Letter case, blanks, punctuation or width of characters were set right.",
    )
    RETYPED = "retyped", "A value of another JSON type was read as the tag's, with one meaning."
    SPLIT = "split", "A text was split into the values of a multi_choice."
    NULLED = "nulled", "Words such as unknown were read as null."
    NUMBER = "number", "A number was read from text, without its currency, unit and separators."
    SURROGATES = "surrogates", "Halves of characters were replaced by U+FFFD."
    CUT = "cut", "The text was too long twice, and was cut at the end of a sentence or word."
    ASKED_AGAIN = "asked_again", "The model gave this answer when it was asked a second time."


def meaning(code: str) -> str:
    """One line on a reason or repair; empty for a code that is none of them."""
    return _MEANINGS.get(code, "")


_MEANINGS = {str(member): member.meaning for kind in (Repair, Reason) for member in kind}
