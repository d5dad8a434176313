"""The commands that serve: `serve` the gallery and the REST API, `ui` Dagster's UI besides."""

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from listing_assets.cli.launching import prepare_environment
from listing_assets.cli.output import stderr
from listing_assets.cli.together import run_together
from listing_assets.settings import PROJECT, Settings
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

    from listing_assets.web.access import access_for, is_loopback
    from listing_assets.web.app import build_app

    access = access_for(host)
    settings = Settings()
    prepare_environment(settings)
    app = build_app(settings, access)
    with _listening(host, port) as listening:
        taken = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        stderr.print(
            f"gallery and API: http://{shown}:{taken}/  (Ctrl-C ends it)",
            markup=False,
            soft_wrap=True,
        )
        if is_loopback(host):  # where the jobs that are begun here say that people look
            os.environ.setdefault("LISTING_GALLERY_URL", f"http://{shown}:{taken}")
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


def ui(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of Dagster's UI on 127.0.0.1.")
    ] = 3000,
    gallery_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the gallery; 0 takes a free one.")
    ] = 8188,
) -> None:
    """Start the Dagster UI and daemon and the gallery over this installation, on 127.0.0.1.

    Ctrl-C ends all of them; jobs that were begun in the gallery go on.
    """
    settings = Settings()
    prepare_environment(settings)
    # Told here and at once where a port is taken: Dagster takes seconds to start, and prints a lot.
    with _listening("127.0.0.1", port), _listening("127.0.0.1", gallery_port) as gallery_socket:
        gallery_port = gallery_socket.getsockname()[1]
    os.environ.setdefault("LISTING_GALLERY_URL", f"http://127.0.0.1:{gallery_port}")
    os.environ.setdefault("LISTING_DAGSTER_URL", f"http://127.0.0.1:{port}")
    stderr.print(f"Dagster UI: http://127.0.0.1:{port}/  (Ctrl-C ends it and the gallery)")
    dg_command = shutil.which("dg", path=str(Path(sys.executable).parent)) or "dg"
    workspace = str(PROJECT / "workspace.yaml")
    gallery = [sys.executable, "-m", "listing_assets.cli", "serve", "--port", str(gallery_port)]
    dagster = [dg_command, "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)]
    os.chdir(PROJECT)
    raise typer.Exit(run_together([gallery, dagster], os.environ))


COMMANDS = [serve, ui]


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
        listening.listen()
    except OSError as error:
        listening.close()
        raise ListingError(
            f"cannot listen at {host}, port {port}: {error.strerror or error}.",
            "End what listens there, or take another port: --help has the option.",
        ) from error
    return listening
