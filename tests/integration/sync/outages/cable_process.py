"""A really pulled cable: a network namespace in which packets stop without notice.

`unshare -n python -m tests.integration.sync.outages.cable_process FOLDER [ROUNDS]`; prints one JSON
object a round: seconds until the status line reported it, what was saved meanwhile, seconds until
all of it was at the centre.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from console.store.central.administration import setup
from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral
from tests.fakes.postgres import Centre, Cluster
from tests.integration.sync.consoles import console, until


def _cable(state: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", state], check=True)


def main(folder: Path, rounds: int) -> None:
    """Pull and plug this often."""
    _cable("up")
    cluster = Cluster(settings={"listen_addresses": "'127.0.0.1'"})
    try:
        with cluster.admin() as link:
            link.execute("create database hotline")
        setup.init(address.checked(cluster.url("hotline")))
        centre = Centre(cluster, "hotline")
        url = f"postgresql://{centre.user('op1')}@127.0.0.1:5432/hotline"
        with console(folder, PostgresCentral(address.checked(url))) as seat:
            saved = []
            for _ in range(rounds):
                until(seat.in_sync, 60)
                _cable("down")
                pulled = time.monotonic()
                saved.append(seat.log())
                took_save_s = time.monotonic() - pulled
                until(lambda: seat.state == "down", 30)
                shown_s = time.monotonic() - pulled
                saved += [seat.log() for _ in range(5)]
                _cable("up")
                plugged = time.monotonic()
                until(lambda: seat.sync.pending_count() == 0, 60)
                report = {
                    "shown_s": shown_s,
                    "save_s": took_save_s,
                    "drained_s": time.monotonic() - plugged,
                }
                print(json.dumps(report), flush=True)  # noqa: T201
            with centre.connect() as link:
                rows = link.execute("select seq from hotline.event order by seq").fetchall()
            assert [seq for (seq,) in rows] == list(range(1, 2 * len(saved) + 1))
    finally:
        cluster.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
