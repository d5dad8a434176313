"""The command `serve`: the gallery and the REST API over this installation."""

import socket
from typing import Annotated

import typer

from listing_assets.cli.output import stderr
from listing_assets.settings import Settings
from resources.errors import ListingError


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen at. Beyond 127.0.0.1, LISTING_API_KEY is needed.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8188,
) -> None:
    """Start the gallery and the REST API, on http://127.0.0.1:8188. Ctrl-C ends it.

    Examples:

      listing serve

      LISTING_API_KEY=… listing serve --host 0.0.0.0 --port 8188
    """
    # The server's packages are not needed by any other command.
    import uvicorn

    from listing_assets.web.access import access_for
    from listing_assets.web.app import build_app

    access = access_for(host)
    app = build_app(Settings(), access)
    with _listening(host, port) as listening:
        taken = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        stderr.print(
            f"gallery and API: http://{shown}:{taken}/  (Ctrl-C ends it)",
            markup=False,
            soft_wrap=True,
        )
        if access.needs_key:
            stderr.print("  the key is that of LISTING_API_KEY; put TLS before it elsewhere")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=512,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run([listening])


COMMANDS = [serve]


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens at that place.

    Raises:
        ListingError: it is taken, or there is no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ListingError(
            f"cannot listen at {host}, port {port}: {error.strerror or error}.",
            "End what listens there, or take another port: listing serve --port 8189",
        ) from error
    return listening
