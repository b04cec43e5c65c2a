"""A PostgreSQL of our own for the tests: the newest server on this machine, a cluster in a folder
of its own, a migrated template, a database for each test.

Debian's server on port 5432 is left alone. `CONSOLE1022_TEST_PG` names another folder of server
programs, such as `/usr/lib/postgresql/15/bin`.
"""

import atexit
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from console.store.central.administration import accounts, setup
from console.store.central.connection import address
from console.store.central.seat_link import PostgresCentral

_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10s",
    "log_min_messages": "warning",
}


def server_folders() -> list[Path]:
    """The program folders of every server on this machine, oldest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return [file.parent for file in sorted(found, key=lambda file: int(file.parts[-3]))]


def server_folder() -> Path:
    """The programs of the newest server; skips the test when there is none."""
    if named := os.environ.get("CONSOLE1022_TEST_PG"):
        return Path(named)
    if not (found := server_folders()):
        pytest.skip("no PostgreSQL server here (package postgresql)")
    return found[-1]


def _other_user() -> str | None:
    """initdb refuses root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Cluster:
    """One running server on a Unix socket, superuser `postgres` without a password.

    Attributes:
        folder: short, so that the socket's path fits; contains `data`.
    """

    def __init__(
        self,
        *,
        settings: dict[str, str] | None = None,
        folder: Path | None = None,
        under: Path | None = None,
    ) -> None:
        """Create and start it.

        Args:
            settings: lines of postgresql.conf in addition to ours.
            folder: of the server's programs; by default the newest here.
            under: where its own folder is created.
        """
        self.bin = folder or server_folder()
        self._user = _other_user()
        self.folder = Path(tempfile.mkdtemp(prefix="pg1022-", dir=under))
        self.data = self.folder / "data"
        if self._user:
            shutil.chown(self.folder, self._user)
        self.run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.configure(
            _SETTINGS | {"unix_socket_directories": f"'{self.folder}'"} | (settings or {})
        )
        self.start()

    def configure(self, settings: dict[str, str], **files: str) -> None:
        """Add lines to postgresql.conf, write files into the data folder (`pg_hba__conf=...`)."""
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{key} = {value}\n" for key, value in settings.items())
        for name, text in files.items():
            path = self.data / name.replace("__", ".")
            path.write_text(text)
            path.chmod(0o600)
            if self._user:
                shutil.chown(path, self._user)

    def run(self, program: str, *words: str, check: bool = True) -> str:
        """Run one of the server's programs as the owner of the cluster."""
        command = [str(self.bin / program), *words]
        if self._user:
            group = pwd.getpwnam(self._user).pw_gid
            drop = ["setpriv", f"--reuid={self._user}", f"--regid={group}", "--clear-groups"]
            command = drop + command
        # The server must not keep stdin and stdout open, else this would wait for it.
        log = self.folder / f"{program}.log"
        with log.open("ab") as out:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", check=False,
                timeout=200,
            )  # fmt: skip
        said = log.read_text(errors="replace")
        if check and done.returncode:
            raise AssertionError(f"{program}: {said[-2000:]}")
        return said

    def start(self) -> None:
        """Start and wait until it answers."""
        self._forget_the_dead()
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "data" / "log"), "-w",
                 "-t", "180", "start")  # fmt: skip

    def stop(self, mode: str = "fast") -> None:
        """Stop: `fast`, or `immediate` as a crash."""
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "180", "stop")

    def kill(self) -> None:
        """Like a power failure: SIGKILL to the postmaster; its children end by themselves."""
        os.kill(self.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _forget_the_dead(self) -> None:
        """A killed server that was never reaped (as in a container) still counts as running for
        PostgreSQL's own programs. Remove its pid file once none of its children is left.
        """
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        with suppress(OSError):
            if Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                if any(_is_in(process, self.data) for process in Path("/proc").glob("[0-9]*")):
                    raise AssertionError("backends of the killed server live on")
                for each in (file, *self.folder.glob(".s.PGSQL.*.lock")):
                    each.unlink()

    def close(self) -> None:
        """Stop for good, and remove everything."""
        with suppress(AssertionError):
            self._forget_the_dead()
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "postgres") -> str:
        """Over the socket."""
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A superuser's connection, autocommit; the caller closes it."""
        return psycopg.connect(self.url(database), autocommit=True)


def _is_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


@dataclass
class Centre:
    """A database with the schema, for one test."""

    cluster: Cluster
    database: str
    _opened: list[PostgresCentral] = field(default_factory=list)

    def url(self, login: str = "postgres") -> str:
        """The address of the settings, without a password."""
        return self.cluster.url(self.database, login)

    def dsn(self, login: str = "postgres") -> address.Dsn:
        """The checked address."""
        return address.checked(self.url(login))

    def user(self, login: str, role: str = "operator", agency: str | None = None) -> str:
        """Create an account (roles belong to the cluster, accounts to this database)."""
        with self.cluster.admin(self.database) as link:
            name = sql.Identifier(login)
            if not link.execute("select 1 from pg_roles where rolname = %s", (login,)).fetchone():
                link.execute(sql.SQL("create role {} login").format(name))
            for group in accounts.ROLES:
                word = "grant {} to {}" if group == role else "revoke {} from {}"
                link.execute(sql.SQL(word).format(sql.Identifier(f"hotline_{group}"), name))
            link.execute(
                "insert into hotline.app_user (login, role, agency) values (%s, %s, %s) "
                "on conflict (login) do update set role = excluded.role, agency = excluded.agency",
                (login, role, agency),
            )
        return login

    def central(self, login: str = "op1", role: str = "operator", agency: str | None = None
                ) -> PostgresCentral:  # fmt: skip
        """A client for this account, which is created if needed; closed after the test."""
        self.user(login, role, agency)
        return self.client(login)

    def client(self, login: str) -> PostgresCentral:
        """A client for a login that may or may not exist; closed after the test."""
        made = PostgresCentral(self.dsn(login))
        self._opened.append(made)
        return made

    @contextmanager
    def connect(self, login: str = "postgres") -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A plain connection like psql's, with autocommit."""
        with psycopg.connect(self.url(login), autocommit=True) as link:
            yield link

    def close(self) -> None:
        """Close the clients and drop the database."""
        for each in self._opened:
            each.close()
        with self.cluster.admin() as link:
            link.execute(sql.SQL("drop database {} with (force)").format(
                sql.Identifier(self.database)))  # fmt: skip


_numbers = itertools.count(1)
_making = threading.Lock()


@cache
def shared_cluster() -> Cluster:
    """The cluster of this test run, with its migrated template; stopped at the end of the run."""
    made = Cluster()
    atexit.register(made.close)
    with made.admin() as link:
        link.execute("create database template1022")
    setup.init(address.checked(made.url("template1022")))
    return made


def fresh_centre(template: str = "template1022") -> Centre:
    """A new database from a template; the caller closes it."""
    with _making:
        cluster, name = shared_cluster(), f"centre{next(_numbers)}"
        with cluster.admin() as link:
            link.execute(sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(template)))  # fmt: skip
    return Centre(cluster, name)


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre for one test; import this fixture into the conftest of a folder that needs it."""
    made = fresh_centre()
    yield made
    made.close()
