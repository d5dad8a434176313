"""What each endpoint and model have been found to take, for as long as the process lives.

The answer's form is asked for as strictly as the endpoint can: by a JSON schema, as any JSON
object, or in words alone. Nothing tells beforehand which of these an endpoint knows; its refusals
do, and each step down is remembered, so that one call pays for it and not every call.
"""

from dataclasses import dataclass, replace
from typing import Literal

from resources.endpoints.complaints import Refused
from resources.endpoints.interface import TagQuestion

Questions = tuple[TagQuestion, ...]
Output = Literal["json_schema", "json_object", "plain"]
RUNGS: tuple[Output, ...] = ("json_schema", "json_object", "plain")


@dataclass(frozen=True, slots=True)
class Form:
    """How a request is put. `rung` is a place in `RUNGS`."""

    rung: int = 0
    temperature: bool = True
    """Whether the temperature is set to 0; some models take none but their own."""
    renames_limit: bool = False
    """Whether `max_tokens` among the options goes by its other name, `max_completion_tokens`, or
    the other way round."""
    shows_schema: bool = False
    """Whether the prompt has the schema beside a `response_format` that has it: some endpoints take
    a schema and do not keep to it."""

    @property
    def output(self) -> Output:
        """How the answer's form is asked for."""
        return RUNGS[self.rung]

    def after(self, refused: Refused) -> "Form | None":
        """The form to try when this one was refused; None if no other would help."""
        if refused == "temperature":
            return replace(self, temperature=False) if self.temperature else None
        if refused == "limit":
            return None if self.renames_limit else replace(self, renames_limit=True)
        if refused == "input" or self.rung == len(RUNGS) - 1:
            return None
        return replace(self, rung=self.rung + 1)

    def lower(self, other: "Form") -> "Form":
        """The less demanding of both, in each respect."""
        return Form(
            max(self.rung, other.rung),
            self.temperature and other.temperature,
            self.renames_limit or other.renames_limit,
            self.shows_schema or other.shows_schema,
        )


class Ladder:
    """Which form one endpoint and model take.

    It only ever goes down, to a form that a caller names: those who are refused at the same time
    all name the same one.
    """

    def __init__(self) -> None:
        self.has_answered = False
        """Whether any request was answered."""
        self._form = Form()
        self._of_questions: dict[Questions, Form] = {}

    def form(self, questions: Questions = ()) -> Form:
        """The form for a request with these questions."""
        if questions and self._of_questions:
            return self._form.lower(self._of_questions.get(questions, self._form))
        return self._form

    def learn(self, form: Form, questions: Questions = ()) -> None:
        """Remember `form`: for every request, or for those with these questions alone."""
        if questions:
            self._of_questions[questions] = self.form(questions).lower(form)
        else:
            self._form = self._form.lower(form)


class Descent:
    """The way of one call down the ladder: `form` is the one to send next."""

    def __init__(self, ladder: Ladder, questions: Questions = ()) -> None:
        self.form = ladder.form(questions)
        self._ladder = ladder
        self._questions = questions
        self._guessing = False

    def refused(self, about: Refused) -> bool:
        """Step down, if that may help.

        After a refusal without a reason one step is tried, and remembered only if it helps: the
        photo may be at fault. All steps are tried as long as the endpoint has answered nothing.
        """
        lower = self.form.after(about)
        guessed = self._guessing and self._ladder.has_answered
        if lower is None or (guessed and about == "unknown"):
            return False
        self._guessing = self._guessing or about == "unknown"
        if not self._guessing:
            self._ladder.learn(lower, self._questions if about == "schema" else ())
        self.form = lower.lower(self._ladder.form(self._questions))
        return True

    def answered(self) -> None:
        """The form was taken."""
        self._ladder.has_answered = True
        if self._guessing:
            self._ladder.learn(self.form)

    def ignored(self) -> None:
        """The schema was taken, and the answer does not follow it."""
        if self.form.output == "json_schema":
            self._ladder.learn(replace(self.form, shows_schema=True))


_LADDERS: dict[tuple[str, str], Ladder] = {}


def ladder_of(endpoint: str, model: str) -> Ladder:
    """The one ladder of an endpoint and model in this process."""
    return _LADDERS.setdefault((endpoint, model), Ladder())
