"""Trials of drafts: what one would cost at most, and those that run while the browser waits.

A trial is that of `listing tags try`: its calls are in the ledger, its answers in the lake, and it
holds the model's lease. One runs at a time.
"""

import logging
import threading
import uuid
from dataclasses import dataclass, field
from typing import Final, Literal

from listing_assets.calls import CallRecords, leased_records
from listing_assets.calls.ledger import dearest_call
from listing_assets.calls.opening import TYPICAL_TOKENS
from listing_assets.calls.spending import typical_call
from listing_assets.catalog import Dataset, Recipes
from listing_assets.increment import Report, Window
from listing_assets.settings import Settings
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.tagging.stored import StoredAnswer, stored_answers
from listing_assets.tagging.trial import Trial, try_definition
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Sign
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from listing_assets.web.errors import NotFoundError
from resources.endpoints.open import open_tag_model
from resources.errors import ListingError, VersionBusyError
from resources.lake import Lake
from resources.object_store import open_store

log = logging.getLogger(__name__)

MOST_SECONDS: Final = 600.0
"""A trial that takes longer is stopped; what was answered is kept."""
END_SECONDS: Final = 25.0
KEPT_TRIALS: Final = 8
SIGNED_SECONDS: Final = 3600

State = Literal["running", "finished", "stopped", "failed"]
Today = dict[str, dict[str, StoredAnswer]]
"""The answers that stand under the catalog's own definition, by image id and tag."""


@dataclass(frozen=True)
class TrialOrder:
    """What is to be tried: a draft's recipes on a version, beside those that hold `today`."""

    version: VersionName
    dataset: Dataset
    recipes: Recipes
    today: Recipes
    sample: int
    twice: int
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a trial may take at most. `cost` is what is to be expected, `most` the limit.

    Costs are None where the model has no price. Each question may be asked a second time, where
    its answer cannot be used.
    """

    photos: int
    questions: int
    calls: int
    cost: float | None
    most: float | None


@dataclass
class TrialRun:
    """A trial under way, or its end."""

    order: TrialOrder
    trial_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "running"
    done: int = 0
    total: int | None = None
    result: Trial | None = None
    today: Today = field(default_factory=dict)
    error: ListingError | None = None
    records: CallRecords | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def stop(self) -> None:
        """Let no further question leave; those in flight are waited for."""
        self.stopping.set()
        if self.records is not None:
            self.records.stop()


def ceiling(lake: Lake, order: TrialOrder, memory: str) -> Ceiling:
    """What a trial would take at most.

    Raises:
        LakeError: the version was never listed.
    """
    recipes, model = order.recipes, order.recipes.tag_model
    with Relations(memory) as relations:
        load_objects(relations, lake, order.version, recipes.spec)
        lacking = sum(lacking_tags(relations, lake, recipes, recipes.asked).values())
        (photos,) = relations.one("SELECT count(*) FROM photos")
    sampled = min(order.sample, photos)
    if model.provider == "embedded":
        questions = min(sampled, lacking)
        return Ceiling(sampled, questions, questions, 0.0, 0.0)
    questions = min(sampled, lacking) + min(order.twice, sampled)
    price = model.endpoint_config().price
    if price is None:
        return Ceiling(sampled, questions, 2 * questions, None, None)
    typical = typical_call(lake, model.service, model.version)
    guess = price.of(*TYPICAL_TOKENS)
    each = guess if typical is None or typical.cost is None else typical.cost
    dearest = dearest_call(lake, model.service, model.version) or guess
    return Ceiling(sampled, questions, 2 * questions, questions * each, 2 * questions * dearest)


class Trials:
    """The trials of one server."""

    def __init__(self, settings: Settings, lake: Lake) -> None:
        self._settings = settings
        self._lake = lake
        self._runs: dict[str, TrialRun] = {}
        self._lock = threading.Lock()

    def start(self, order: TrialOrder) -> TrialRun:
        """Begin a trial in a thread of its own.

        Raises:
            VersionBusyError: another one runs.
        """
        with self._lock:
            if any(run.state == "running" for run in self._runs.values()):
                raise VersionBusyError(
                    "another trial is running on this server.", "Wait for its end, or stop it."
                )
            run = TrialRun(order)
            self._runs[run.trial_id] = run
            while len(self._runs) > KEPT_TRIALS:
                del self._runs[next(iter(self._runs))]
            run.thread = threading.Thread(target=self._run, args=(run,), daemon=True)
            run.thread.start()
        return run

    def get(self, trial_id: str) -> TrialRun:
        """A trial of this server. Raises `NotFoundError` for one that is not kept."""
        run = self._runs.get(trial_id)
        if run is None:
            raise NotFoundError(
                "there is no such trial.",
                "The server was started anew, or there were others since; what it answered is"
                " kept, and trying again pays for nothing twice.",
            )
        return run

    def close(self) -> None:
        """Stop what runs."""
        for run in list(self._runs.values()):
            run.stop()
            if run.thread is not None:
                run.thread.join(END_SECONDS)

    def _run(self, run: TrialRun) -> None:
        limit = threading.Timer(MOST_SECONDS, run.stop)
        limit.daemon = True
        limit.start()
        try:
            run.result = self._try(run)
            ids = [photo.image_id for photo in run.result.photos]
            run.today = stored_answers(self._lake, run.order.today, ids)
            run.state = "stopped" if run.stopping.is_set() else "finished"
        except ListingError as error:
            run.error = error
            run.state = "stopped" if run.stopping.is_set() else "failed"
        except Exception:
            log.exception("the trial %s on %s failed", run.trial_id, run.order.version)
            run.error = ListingError("the trial failed.", "The server's log says more.")
            run.state = "failed"
        finally:
            limit.cancel()

    def _try(self, run: TrialRun) -> Trial:
        order, lake, settings = run.order, self._lake, self._settings
        model = order.recipes.tag_model

        def listen(report: Report, to_compute: int) -> None:
            run.done, run.total = report.computed, to_compute

        with leased_records(
            lake,
            order.version,
            "smart_tags",
            model,
            journals=settings.journals,
            run_id=f"trial-{run.trial_id}",
            purpose=f"a trial on {order.version}",
            wait_seconds=5,
            budget=order.budget,
        ) as records:
            run.records = records
            if run.stopping.is_set():
                records.stop()
            return try_definition(
                lake,
                order.version,
                order.recipes,
                open_tag_model(model.endpoint_config(), records),
                records,
                sample=order.sample,
                twice=order.twice,
                window=Window(settings.commit_rows, settings.commit_seconds),
                memory=settings.query_memory,
                listener=listen,
                sign=_signing(order),
            )


def _signing(order: TrialOrder) -> Sign | None:
    """How photos get a URL, where the model's input signature asks for one."""
    if order.recipes.tag_model.image_input != "url":
        return None
    store = open_store(order.dataset.source, order.dataset.credentials)
    return lambda key: store.signed_url(key, SIGNED_SECONDS)
