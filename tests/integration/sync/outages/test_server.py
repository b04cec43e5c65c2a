"""The server itself dies, comes back, or comes back as an older copy; each test has its own
cluster.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.store.central.administration import setup
from console.store.central.connection import address
from tests.fakes.postgres import Centre, Cluster
from tests.integration.central.build import greet, note
from tests.integration.cli.seat import ROOT
from tests.integration.sync.consoles import Console, console, until


@pytest.fixture
def own() -> Iterator[Centre]:
    """A cluster that the test may kill, with a centre in it."""
    cluster = Cluster()
    with cluster.admin() as link:
        link.execute("create database hotline")
    setup.init(address.checked(cluster.url("hotline")))
    made = Centre(cluster, "hotline")
    yield made
    made.close()
    cluster.close()


def _settled(*seats: Console) -> None:
    until(lambda: all(seat.sync.pending_count() == 0 for seat in seats))
    until(lambda: len({tuple(seat.events()) for seat in seats}) == 1)
    first = seats[0].events()
    assert [seq for seq, _ in first] == list(range(1, len(first) + 1))
    for seat in seats:
        assert seat.store.verify(every=True) == ""


def test_a_killed_server_comes_back_and_all_drains_once(own: Centre, tmp_path: Path) -> None:
    with (
        console(tmp_path, own.central("op1"), "ban-01") as here,
        console(tmp_path, own.central("op2"), "ban-02", code=2) as there,
    ):
        until(lambda: here.in_sync() and there.in_sync())
        saved = [here.log() for _ in range(10)]
        for _ in range(2):
            own.cluster.kill()
            saved += [seat.log() for seat in (here, there) * 5]
            until(lambda: here.state == there.state == "down", 5.0)
            until(lambda: _started(own.cluster))
            saved += [seat.log() for seat in (here, there) * 5]
            until(lambda: here.in_sync() and there.in_sync(), 30)
        _settled(here, there)
        assert len(here.events()) == 2 * len(saved)
        assert all(here.has(each) and there.has(each) for each in saved)


def test_a_killed_server_that_nobody_buries_starts_again() -> None:
    """As in a container whose first process does not reap orphans."""
    code = (
        "import ctypes\n"
        "from tests.fakes.postgres import Cluster\n"
        "from tests.integration.sync.consoles import until\n"
        "from tests.integration.sync.outages.test_server import _started\n"
        "assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER\n"
        "cluster = Cluster()\n"
        "try:\n"
        "    cluster.kill()\n"
        "    until(lambda: _started(cluster), 30)\n"
        "    cluster.admin().close()\n"
        "    cluster.kill()\n"
        "finally:\n"
        "    cluster.close()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=200)


def _started(cluster: Cluster) -> bool:
    """Whether it could be started; backends of a killed server live on for a moment."""
    try:
        cluster.start()
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("renewed", [True, False])
def test_an_older_copy_of_the_centre_gets_back_what_it_lost(
    own: Centre, tmp_path: Path, renewed: bool
) -> None:
    """A restore, or a standby that was behind; also without a new incarnation if it can be
    noticed.
    """
    with (
        console(tmp_path, own.central("op1"), "ban-01") as here,
        console(tmp_path, own.central("op2"), "ban-02", code=2) as there,
    ):
        until(lambda: here.in_sync() and there.in_sync())
        saved = [seat.log() for _ in range(5) for seat in (here, there)]
        _settled(here, there)
        _copy(own.cluster)
        saved += [seat.log() for _ in range(5) for seat in (here, there)]
        _settled(here, there)
        before = here.events()
        _back_to_the_copy(own, renewed=renewed)
        late = [here.log(), there.log()]
        until(lambda: here.in_sync() and there.in_sync(), 30)
        _settled(here, there)
        assert {each for _, each in before} <= {each for _, each in here.events()}
        assert all(here.has(each) and there.has(each) for each in (*saved, *late))
        assert here.link.counted.rewound + there.link.counted.rewound >= 20
        with own.connect() as link:
            (count,) = link.execute("select count(*) from hotline.event").fetchone() or (0,)
        assert count == 2 * (len(saved) + len(late))


def _copy(cluster: Cluster) -> None:
    """A cold copy of the cluster as it is now."""
    cluster.stop()
    subprocess.run(["cp", "-a", cluster.data, cluster.folder / "copy"], check=True)
    cluster.start()


def _back_to_the_copy(own: Centre, *, renewed: bool) -> None:
    cluster = own.cluster
    cluster.stop("immediate")
    shutil.rmtree(cluster.data)
    subprocess.run(["cp", "-a", cluster.folder / "copy", cluster.data], check=True)
    cluster.start()
    if renewed:
        with own.connect() as link:
            link.execute("select hotline.renew_incarnation()")


def test_what_was_common_is_known_by_number(own: Centre) -> None:
    central = own.central()
    first = greet(central).incarnation
    central.push([note() for _ in range(3)])
    assert central.common_since(first) is None
    assert central.common_since("somebody else's") == 0
    names: list[str] = [first]
    for more in (2, 0, 4):
        with own.connect() as link:
            link.execute("select hotline.renew_incarnation()")
        names.append(greet(central).incarnation)
        central.push([note() for _ in range(more)])
    assert len(set(names)) == 4
    assert [central.common_since(name) for name in names] == [3, 5, 5, None]
    assert central.common_since("somebody else's") == 3
