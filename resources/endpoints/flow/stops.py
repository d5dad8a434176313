"""The words with which a run is stopped: what is wrong with which endpoint, and what to do."""

from urllib.parse import urlsplit

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.errors import EndpointStoppedError

AGAIN = "then run again: what is finished is kept."
LONGEST_TOLD = 240


def refuses_all(config: EndpointConfig, fault: CallFault) -> EndpointStoppedError:
    """A `stopping` fault. A refused key is told without the endpoint's words, which may echo it."""
    if fault.code == "key_refused":
        where = config.api_key_env
        remedy = (
            f"Check the key in the environment variable {where}, and that its account may use"
            f" the model {config.model},"
            if where
            else "Name the environment variable that holds the key as 'api_key_env' of the model,"
        )
        return EndpointStoppedError(f"{subject(config)} refuses the key.", f"{remedy} {AGAIN}")
    if fault.code == "in_arrears":
        return EndpointStoppedError(
            f"{subject(config)} refuses every call: the account is in arrears{_said(fault)}.",
            f"Settle the account's bill with the provider, {AGAIN}",
        )
    return EndpointStoppedError(
        f"{subject(config)} refuses every call ({fault.code}){_said(fault)}.",
        f"Mend what it complains of, {AGAIN}",
    )


def is_down(config: EndpointConfig, fault: CallFault, seconds: float) -> EndpointStoppedError:
    """Nothing but passing failures came back for `seconds`; `fault` was the last."""
    is_noise = fault.code == "malformed_response"
    lack = "has given no answer that can be read" if is_noise else "has not answered"
    silence = f"{subject(config)} {lack} for {seconds:.0f} s"
    if fault.unreached:
        return EndpointStoppedError(
            f"{silence} ({fault.unreached}).",
            f"Check its address, and that it runs and can be reached from here, {AGAIN}",
        )
    remedy = f"Check that the endpoint runs and can be reached, {AGAIN}"
    if is_noise:
        remedy = f"Check that its address is that of the API, not of a page or a proxy, {AGAIN}"
    if fault.code == "timed_out":
        remedy = (
            f"Check that the endpoint runs, or give its answers more time than timeout_ms"
            f" {config.timeout_ms}, {AGAIN}"
        )
    return EndpointStoppedError(f"{silence}; last seen was {_last(fault)}.", remedy)


def refuses_for_long(
    config: EndpointConfig, fault: CallFault, seconds: float
) -> EndpointStoppedError:
    """It asked to slow down for `seconds` and answered nothing."""
    return EndpointStoppedError(
        f"{subject(config)} has asked to slow down for {seconds:.0f} s and answered nothing; last"
        f" seen was {_last(fault)}.",
        f"Check the account's quota and lower the model's ceilings, {AGAIN}",
    )


def wants_a_long_wait(config: EndpointConfig, fault: CallFault) -> EndpointStoppedError:
    """Its Retry-After is longer than any call is tried for."""
    return EndpointStoppedError(
        f"{subject(config)} takes no request for the next {fault.retry_after_seconds:.0f} s; last"
        f" seen was {_last(fault)}.",
        f"Wait so long or check the account's quota, {AGAIN}",
    )


def host(config: EndpointConfig) -> str:
    """Where a model's requests go; no path, no user, no query of the URL: they may hold secrets."""
    return _netloc(config) or f"the endpoint of model {config.name}"


def _netloc(config: EndpointConfig) -> str:
    return urlsplit(config.endpoint or "").netloc.rpartition("@")[2]


def subject(config: EndpointConfig) -> str:
    """The model and its host, as the beginning of a sentence."""
    return f"model {config.name}: the endpoint {_netloc(config)}".rstrip()


def _last(fault: CallFault) -> str:
    """A fault within a sentence: what an endpoint repeats or dumps is cut."""
    told = fault.told
    return told if len(told) <= LONGEST_TOLD else f"{told[:LONGEST_TOLD]}…"


def _said(fault: CallFault) -> str:
    """The endpoint's own words as part of a sentence."""
    words = " ".join(fault.words.split()).rstrip(".!")
    return f": {words}" if words else ""
