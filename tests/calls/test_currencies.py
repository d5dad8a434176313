"""Costs have the currency of the price; what is in several currencies is not added up."""

import math
from pathlib import Path

import pytest

from listing_assets.calls.budget import Budget, BudgetSpentError
from listing_assets.calls.opening import run_budget
from listing_assets.catalog import Model
from listing_assets.catalog.budgets import require_one_currency
from listing_assets.cli.amounts import amount, step_currency, total
from resources.errors import CatalogError, ModelError
from resources.lake import Lake

KNOWN = {"chat@1": "CNY", "vectors@1": "USD", "writer@1": "CNY"}


def model(name: str, **price: object) -> Model:
    fields = {"name": name, "type": "MLLM", "provider": "vllm", "model": name, "price": price}
    return Model.model_validate({**fields, "endpoint": "http://host/v1"})


def test_a_budget_is_kept_in_one_currency() -> None:
    yuan = model("chat", currency="CNY", per_call=0.1)
    dollars = model("vectors", currency="USD", per_million_input_tokens=1)
    free = model("local", currency="EUR")
    require_one_currency(yuan, free, yuan)
    with pytest.raises(CatalogError, match=r"CNY \(chat\) and USD \(vectors\)"):
        require_one_currency(yuan, dollars)


def test_a_budget_that_is_no_amount_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nan is no amount"):
        run_budget(Lake(str(tmp_path)), model("chat", per_call=1), "a run", math.nan)


def test_a_budget_that_is_spent_says_in_which_currency() -> None:
    with pytest.raises(BudgetSpentError, match="budget of 2 CNY is spent"):
        Budget(2.0, spent=1.9, estimate=0.2, currency="CNY").reserve()


@pytest.mark.parametrize(
    ("costs", "sum_of_them"),
    [
        ([], (0, "")),
        ([(0.0, ""), (1.5, "CNY"), (0.5, "CNY")], (2.0, "CNY")),
        ([(1.5, "CNY"), (0.5, "USD")], (None, "")),
        ([(1.5, "CNY"), (None, "")], (None, "")),
    ],
)
def test_costs_add_up_within_one_currency(costs: list[object], sum_of_them: object) -> None:
    assert total(costs) == sum_of_them  # type: ignore[arg-type]


def test_a_step_is_paid_in_the_currency_of_its_models() -> None:
    assert step_currency({"model": "chat@1"}, KNOWN) == "CNY"
    assert step_currency({"models": {"asker": "chat@1", "writer": "writer@1"}}, KNOWN) == "CNY"
    assert step_currency({"models": {"asker": "chat@1", "writer": "vectors@1"}}, KNOWN) == ""
    assert step_currency({"models": "category: trees@1"}, KNOWN) == ""


def test_an_amount_is_told_with_its_currency() -> None:
    told = [amount(cost, "CNY") for cost in (0.0144, 0.0, None)]
    assert told == ["0.0144 CNY", "0", "unknown"]
