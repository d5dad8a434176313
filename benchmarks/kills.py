"""`kill -9` at random moments of a run over real photos, with an endpoint that counts its calls.

Prints the calls beyond one a photo beside what they may be: those in flight
at each kill. The run that comes through is compared with one that was never disturbed. Vectors are
made beforehand, by another dataset over the same photos, so that the kills fall among the calls.

Run: python -m benchmarks.kills [--kills 20] [--source FOLDER]
"""

import argparse
import sys
from pathlib import Path

from benchmarks.measuring import scratch
from tests.support.endpoint_server import EndpointServer
from tests.support.killing import finish, run_with_kills, start

PHOTOS = Path(__file__).resolve().parents[2] / "shared" / "data" / "photos" / "images"
CONCURRENCY = 8
CATALOG = {
    "models.yaml": """\
models:
  chat: {{provider: openai, type: MLLM, model: chat, endpoint: {url}, ceilings: {{concurrency: 8}}}}
  vectors: {{provider: embedded, type: EMBEDDING, model: embedded-visual-text}}
  reader: {{provider: embedded, type: MLLM, model: embedded-reader}}
""",
    "tag_definitions/one.yaml": """\
name: one
guide_prompt: Say what it is.
tags:
  - {{name: category, type: choice, values: [{{name: Food}}, {{name: Other}}]}}
""",
    "datasets.yaml": """\
datasets:
  photos: {{source: {source}, tag_definition: one, tag_model: chat, embedding_model: vectors}}
  before: {{source: {source}, tag_definition: one, tag_model: reader, embedding_model: vectors}}
""",
}


def main() -> None:
    """Print kills, calls and both data versions; fail where they do not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--source", type=Path, default=PHOTOS)
    parser.add_argument("--earliest", type=float, default=3.0, help="seconds after a start")
    parser.add_argument("--latest", type=float, default=12.0, help="seconds after a start")
    parser.add_argument("--latency", type=float, default=2.0, help="seconds of an answer")
    parser.add_argument("--window", type=int, default=20, help="results in a commit window")
    arguments = parser.parse_args()
    if not arguments.source.is_dir():
        print(f"skipped: {arguments.source} is not here; name another folder with --source")
        return
    photos = sum(1 for _ in arguments.source.iterdir())
    with EndpointServer(latency_seconds=arguments.latency) as server, scratch() as folder:
        home = Path(folder)
        for name, text in CATALOG.items():
            path = home / "catalog" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(url=server.url, source=arguments.source))
        environment = {
            "LISTING_HOME": str(home / "killed"),
            "LISTING_CATALOG": str(home / "catalog"),
            "LISTING_COMMIT_ROWS": str(arguments.window),
        }
        finish(start("before@v1", environment), 1800)
        in_flight: list[int] = []
        killed = run_with_kills(
            "photos@v1",
            environment,
            kills=arguments.kills,
            earliest_seconds=arguments.earliest,
            latest_seconds=arguments.latest,
            seed=1,
            at_kill=lambda: in_flight.append(server.in_flight),
        )
        calls = sum(server.calls.values())
        allowed = killed.kills * CONCURRENCY
        undisturbed = finish(
            start("photos@v1", {**environment, "LISTING_HOME": str(home / "undisturbed")}), 1800
        )
    same = undisturbed["data_version"] == killed.document["data_version"]
    print(
        f"{photos} photos, {killed.kills} kills, {sum(map(bool, in_flight))} of them with calls in"
        f" flight: {calls} calls, {calls - photos} beyond one a photo"
        f" (at most {allowed} allowed); data version {'the same' if same else 'DIFFERS'}"
    )
    if not same or calls - photos > allowed:
        sys.exit("the promise does not hold")


if __name__ == "__main__":
    main()
