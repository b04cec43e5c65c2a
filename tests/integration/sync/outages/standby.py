"""A primary and its streaming standby, on their own sockets, for consoles that know both."""

import os
import shutil
import tempfile
from pathlib import Path

from console.store.central.administration import setup
from console.store.central.connection import address
from tests.fakes.postgres import Centre, Cluster, _other_user, server_folder


class Standby(Cluster):
    """A copy of a running cluster that follows it until it is promoted."""

    def __init__(self, primary: Cluster) -> None:
        """Copy and start it."""
        self.bin = server_folder()
        self._user = _other_user()
        self.folder = Path(tempfile.mkdtemp(prefix="pg1022-"))
        self.data = self.folder / "data"
        if self._user:
            shutil.chown(self.folder, self._user)
        self.run(
            "pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast",
            "-h", str(primary.folder), "-U", "postgres", "--no-sync",
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{self.folder}'\n")
        self.start()

    def promote(self) -> None:
        """It becomes the primary, on a new timeline."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", "promote")


class Pair:
    """Primary, standby, and the address of both."""

    def __init__(self) -> None:
        """Both are up, the standby takes part in every commit."""
        self.primary = Cluster()
        with self.primary.admin() as link:
            link.execute("create database hotline")
        setup.init(address.checked(self.primary.url("hotline")))
        self.standby = Standby(self.primary)

    def synchronous(self, wanted: bool) -> None:
        """Whether a commit waits for the standby."""
        names = "'*'" if wanted else "''"
        with self.primary.admin() as link:
            link.execute(f"alter system set synchronous_standby_names = {names}")
            link.execute("select pg_reload_conf()")

    def dsn(self, login: str) -> address.Dsn:
        """The address of an account, at whichever of the two accepts writes."""
        Centre(self.primary, "hotline").user(login)
        hosts = f"{self.primary.folder},{self.standby.folder}"
        return address.checked(f"postgresql:///hotline?host={hosts}&user={login}")

    def fail_over(self) -> None:
        """The primary dies as in a power cut, the standby takes over."""
        self.primary.kill()
        self.standby.promote()

    def close(self) -> None:
        """Stop and remove both."""
        for each in (self.standby, self.primary):
            if (each.data / "postmaster.pid").exists() and not _alive(each):
                os.unlink(each.data / "postmaster.pid")
            each.close()


def _alive(cluster: Cluster) -> bool:
    try:
        os.kill(cluster.pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True
