"""The words with which a run is stopped: what is wrong with which endpoint, and what to do."""

from urllib.parse import urlsplit

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.errors import EndpointStoppedError

AGAIN = "then run again: what is finished is kept."


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
        return EndpointStoppedError(f"{_endpoint(config)} refuses the key.", f"{remedy} {AGAIN}")
    if fault.code == "in_arrears":
        return EndpointStoppedError(
            f"{_endpoint(config)} refuses every call: the account is in arrears{_said(fault)}.",
            f"Settle the account's bill with the provider, {AGAIN}",
        )
    return EndpointStoppedError(
        f"{_endpoint(config)} refuses every call ({fault.code}){_said(fault)}.",
        f"Mend what it complains of, {AGAIN}",
    )


def is_down(config: EndpointConfig, fault: CallFault, seconds: float) -> EndpointStoppedError:
    """Nothing but passing failures came back for `seconds`; `fault` was the last."""
    remedy = f"Check that the endpoint runs and can be reached, {AGAIN}"
    if fault.code == "timed_out":
        remedy = (
            f"Check that the endpoint runs, or give its answers more time than timeout_ms"
            f" {config.timeout_ms}, {AGAIN}"
        )
    return EndpointStoppedError(
        f"{_endpoint(config)} has not answered for {seconds:.0f} s; last seen was"
        f" {fault.code}{_said(fault)}.",
        remedy,
    )


def refuses_for_long(
    config: EndpointConfig, fault: CallFault, seconds: float
) -> EndpointStoppedError:
    """It asked to slow down for `seconds` and answered nothing."""
    return EndpointStoppedError(
        f"{_endpoint(config)} has asked to slow down for {seconds:.0f} s and answered nothing; last"
        f" seen was {fault.code}{_said(fault)}.",
        f"Check the account's quota and lower the model's ceilings, {AGAIN}",
    )


def wants_a_long_wait(config: EndpointConfig, fault: CallFault) -> EndpointStoppedError:
    """Its Retry-After is longer than any call is tried for."""
    return EndpointStoppedError(
        f"{_endpoint(config)} takes no request for the next {fault.retry_after_seconds:.0f} s; last"
        f" seen was {fault.code}{_said(fault)}.",
        f"Wait so long or check the account's quota, {AGAIN}",
    )


def _endpoint(config: EndpointConfig) -> str:
    """The model and its host; no path, no user and no query of the URL, which may hold secrets."""
    parts = urlsplit(config.endpoint or "")
    host = parts.netloc.rpartition("@")[2]
    return f"model {config.name}: the endpoint {host}".rstrip()


def _said(fault: CallFault) -> str:
    """The endpoint's own words as part of a sentence."""
    words = " ".join(fault.words.split()).rstrip(".!")
    return f": {words}" if words else ""
