"""What a model is told: the guide prompt, the rules of the answer, and each question in words."""

import json

from resources.endpoints.chat.answer_schema import answer_schema
from resources.endpoints.interface import Correction, DescribeRequest, TagQuestion

RULES = (
    "Answer with one JSON object that has exactly the members below, and with nothing else. Use"
    " null where the photo does not tell. Copy the names of values exactly as they stand here, and"
    " write free text in this language: {language}."
)
MOST_OF_AN_ANSWER = 8_000
"""Characters of an earlier answer that are shown to the model again."""
KINDS = {
    "choice": "one of these values",
    "multi_choice": "a list of these values",
    "boolean": "true or false",
    "number": "a number",
    "text": "text",
    "color": "the name of a colour",
}


def instructions(request: DescribeRequest, *, with_schema: bool) -> str:
    """The text that goes with a photo. `with_schema` adds the JSON schema of the answer to it."""
    parts = [
        request.guide_prompt.strip(),
        RULES.format(language=request.language),
        "\n".join(_question(question) for question in request.questions),
    ]
    if with_schema:
        schema = answer_schema(request.questions, strict=False)
        parts.append(f"The JSON schema of the answer:\n{json.dumps(schema, ensure_ascii=False)}")
    return "\n\n".join(part for part in parts if part)


def earlier_answer(correction: Correction) -> str:
    """The answer that is to be corrected; not all of one that would not end, and never nothing."""
    return correction.answer[:MOST_OF_AN_ANSWER] or "(no answer)"


def corrected(correction: Correction) -> str:
    """The turn that follows an earlier answer: what was wrong with it, and what is wanted."""
    return (
        f"That answer cannot be used: {correction.complaint.strip()}\n"
        "Look at the photo again and answer with the corrected JSON object only."
    )


def _question(question: TagQuestion) -> str:
    kind = KINDS[question.type] + _bounds(question)
    lines = [_line(question.name, f" ({kind})", question.description)]
    lines += ("    " + _line(value.name, "", value.description) for value in question.values)
    return "\n".join(lines)


def _line(name: str, kind: str, description: str) -> str:
    said = f": {description.strip()}" if description.strip() else ""
    return f"- {json.dumps(name, ensure_ascii=False)}{kind}{said}"


def _bounds(question: TagQuestion) -> str:
    bounds = ""
    if question.minimum is not None:
        bounds += f", at least {question.minimum:.15g}"
    if question.maximum is not None:
        bounds += f", at most {question.maximum:.15g}"
    if question.max_length is not None:
        bounds += f", at most {question.max_length} characters"
    return bounds
