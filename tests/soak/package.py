"""The Debian package on a bare system: installed, used, upgraded, removed, purged.

    python -m tests.soak.package DEB [FOLDER]

DEB is what `installer/package/build.sh` printed. It needs root, debootstrap, Xvfb and a PostgreSQL
server. FOLDER (by default a new one under /tmp) keeps the bare Debian for the next time. It prints
a line for each check and exits with 1 at the first that fails.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.driver.screen import own_screen
from tests.fakes.postgres import Cluster
from tests.fakes.system.bare_debian import BareDebian

_TICK = threading.Event()
"""Never set: a place to wait between two looks."""
PROGRAM = "/usr/bin/console1022"
STATE = "var/lib/console1022"
SITE = "etc/console1022/console.toml"
HISTORY = (
    "requested_datetime,service_code,description,address\n"
    "2025-10-01T08:00:00+07:00,drainage.cover,Nắp cống bị sụp,66/1 Đồng Tâm Trung Chánh Hóc Môn\n"
)


def main() -> int:
    """Do it all."""
    package = Path(sys.argv[1]).absolute()
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="bare1022-"))
    system = BareDebian(folder)
    system.run("dpkg", "--purge", "console1022")  # left over by a run that failed
    system.run("apt-get", "update", "-q")
    with tempfile.TemporaryDirectory(prefix="apt1022-") as repository:
        _from_repository(system, package, Path(repository))
    _files(system)
    _command(system)
    _centre(system)
    _gateway(system)
    with own_screen(anybody=True) as screen:
        _window(system, screen.display)
    _upgrade(system, package)
    _gone(system)
    return 0


def _say(text: str) -> None:
    print(f"ok    {text}", flush=True)


def _must(true: object, otherwise: str) -> None:
    if not true:
        raise SystemExit(f"FAIL  {otherwise}")


def _from_repository(system: BareDebian, package: Path, folder: Path) -> None:
    """Signed, as a city's web server would offer it; with one byte changed it is refused."""
    folder.chmod(0o755)
    keys = folder.parent / f"{folder.name}-keys"
    keys.mkdir(mode=0o700)
    environment = {**os.environ, "GNUPGHOME": str(keys)}
    try:
        made = subprocess.run(
            ["gpg", "--batch", "--passphrase", "", "--status-fd", "1",
             "--quick-gen-key", "1022", "ed25519", "sign"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        key = made.stdout.split()[-1]
        subprocess.run(
            ["installer/package/repository.sh", folder, key, package], env=environment, check=True
        )
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)
        shutil.rmtree(keys)
    (system.folder / "etc/apt/sources.list.d/console1022.sources").write_text(
        f"Types: deb\nURIs: file:{folder}\nSuites: stable\nComponents: main\n"
        f"Signed-By: {folder}/console1022.asc\n"
    )
    release = folder / "dists/stable/InRelease"
    signed = release.read_text()
    release.write_text(signed.replace("Origin: 1022", "Origin: 1023"))
    try:
        system.run("apt-get", "update", "-q", "--error-on=any", shared=(folder,))
    except RuntimeError as refused:
        _must("console1022" not in system.run("apt-cache", "pkgnames"), str(refused))
    else:
        _must(False, "a repository with one byte changed was taken")
    release.write_text(signed)
    began = time.monotonic()
    system.run("apt-get", "update", "-q", "--error-on=any", shared=(folder,))
    system.run("apt-get", "install", "-y", "-q", "--no-install-recommends", "console1022",
               shared=(folder,))  # fmt: skip
    (system.folder / "etc/apt/sources.list.d/console1022.sources").unlink()
    if not (system.folder / "home/an").exists():
        system.run("useradd", "--create-home", "an")
    _say(f"from a signed repository, with what it needs, in {time.monotonic() - began:.0f} s; "
         "one byte changed there was refused")  # fmt: skip


def _install(system: BareDebian, package: Path) -> None:
    shutil.copy(package, system.folder / "tmp/console1022.deb")
    system.run(
        "apt-get", "install", "-y", "-q", "--no-install-recommends",
        "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold",
        "/tmp/console1022.deb",
    )  # fmt: skip


def _files(system: BareDebian) -> None:
    said = system.run("dpkg-query", "-L", "console1022")
    for word in ("Charts", "Quick3D", "VirtualKeyboard", "DataVisualization", "/qml/"):
        _must(word not in said, f"{word} is in the package")
    for book in ("_internal/docs/so-tay/index.md", "doc/console1022/html/so-tay/index.html"):
        _must(book in said, f"{book} is not in the package")
    bom = json.loads((system.folder / "usr/share/doc/console1022/bom.cdx.json").read_text())
    parts = {each["name"] for each in bom["components"]}
    _must({"PySide6_WebEngine", "SQLAlchemy", "psycopg"} <= parts, f"components: {parts}")
    _must("pytest" not in parts, "what only the checks need is in the package")
    state = (system.folder / STATE).stat()
    _must(state.st_mode & 0o777 == 0o700, f"{STATE} may be read by others")
    if shutil.which("systemd-analyze"):
        unit = system.folder / "usr/lib/systemd/system/console1022-gateway.service"
        with tempfile.TemporaryDirectory() as here:
            copy = Path(here) / unit.name
            copy.write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
            checked = subprocess.run(
                ["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False
            )
        _must(unit.name not in checked.stderr, checked.stderr)
        _say("systemd finds nothing wrong with the unit")
    if shutil.which("udevadm"):
        rules = system.folder / "usr/lib/udev/rules.d/60-console1022.rules"
        checked = subprocess.run(
            ["udevadm", "verify", rules], capture_output=True, text=True, check=False
        )
        _must(checked.returncode == 0, checked.stdout + checked.stderr)
        _say("udev finds nothing wrong with the rules")


def _command(system: BareDebian) -> None:
    _must("console1022" in system.run(PROGRAM, "--help", user="an"), "no help")
    said = system.run(PROGRAM, "doctor", user="an")
    _must("fail" not in said, said)
    parsed = system.run(PROGRAM, "address", "parse", "66/1 Đồng Tâm, Trung Chánh", user="an")
    _must("Trung Chánh" in parsed, parsed)
    history = system.folder / "tmp/history.csv"
    history.write_text(HISTORY, "utf-8")
    system.run(PROGRAM, "import", "requests", "/tmp/history.csv", user="an")
    listed = system.run(PROGRAM, "--json", "request", "list", user="an")
    _must("Nắp cống bị sụp" in listed, listed)
    system.run(PROGRAM, "store", "encrypt", user="an")
    _say("doctor, an import with its child, an encrypted store")


def _centre(system: BareDebian) -> None:
    cluster = Cluster()
    try:
        with cluster.admin() as link:
            link.execute("create database hotline")
        url, shared = cluster.url("hotline"), (cluster.folder,)
        said = system.run(PROGRAM, "--json", "central", "init", url, shared=shared)
        newest = max(Path("console/store/central/migrations/versions").glob("r[0-9]*.py")).stem[1:5]
        _must(json.loads(said)["after"] == int(newest), said)
    finally:
        cluster.close()
    _say("central init brings the schema, from files inside the package")


def _until(process: "subprocess.Popen[str]", word: str) -> str:
    """Read up to this word; return the lines until then."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.strip() == word:
            return said
    raise SystemExit(f"FAIL  no {word}\n{said[-3000:]}")


@contextmanager
def _stopped(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Ask it to end afterwards, and wait for that."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _gateway(system: BareDebian) -> None:
    unit = (system.folder / "usr/lib/systemd/system/console1022-gateway.service").read_text()
    found = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    assert found is not None
    process = system.start(*found[1].split(), user="_console1022")
    with _stopped(process):
        _until(process, "ready")
    _must(process.returncode == 0, f"the gateway ended with {process.returncode}")
    _say("the gateway's own command, as its own account")


def _window(system: BareDebian, display: str) -> None:
    began = time.monotonic()
    process = system.start(PROGRAM, "run", "--demo", user="an", environment={"DISPLAY": display})
    with _stopped(process):
        said = _until(process, "ready")
        took = time.monotonic() - began
        _wait_for(_confined)
    _must(process.returncode == 0, f"the window ended with {process.returncode}")
    _must("Traceback" not in said, said)
    _say(f"the window is ready after {took:.1f} s, the map's renderer in its sandbox")


def _confined() -> str:
    """The engine's processes that have namespaces of their own and may make few system calls.

    Decided by what the kernel says: a renderer forked from a zygote keeps the zygote's command
    line.
    """
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_text()
            apart = (folder / "ns/user").readlink() != Path("/proc/self/ns/user").readlink()
            filtered = re.search(r"^Seccomp:\s+2$", (folder / "status").read_text(), re.MULTILINE)
        except OSError:
            continue
        if line.startswith("/usr/lib/console1022/_internal/") and apart and filtered:
            return line
    return ""


def _wait_for(look: Callable[[], str]) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := look():
            return found
        _TICK.wait(0.2)
    raise SystemExit("FAIL  no renderer in a sandbox: none at all, or the painted map")


def _upgrade(system: BareDebian, package: Path) -> None:
    site, kept = system.folder / SITE, system.folder / STATE / "kept"
    site.write_text('[seat]\nconsole_code = "014"\n', "utf-8")
    kept.touch()
    with tempfile.TemporaryDirectory() as made:
        parts, newer = Path(made) / "parts", Path(made) / "newer.deb"
        subprocess.run(["dpkg-deb", "-R", package, parts], check=True)
        control = parts / "DEBIAN/control"
        control.write_text(re.sub(r"(?m)^(Version: .+)$", r"\1+1", control.read_text()))
        with (parts / SITE).open("a") as file:
            file.write("# new in this version\n")
        subprocess.run(["dpkg-deb", "-Zzstd", "-z1", "-b", parts, newer], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        _install(system, newer)
    said = system.run("dpkg-query", "-W", "-f", "${Version}", "console1022")
    _must(said.endswith("+1"), said)
    _must("014" in site.read_text(), "the edited settings are gone")
    said = system.run(PROGRAM, "config", "--explain", user="an")
    _must("014" in said, said)
    _say("upgraded; edited settings and reports stay")


def _gone(system: BareDebian) -> None:
    system.run("apt-get", "remove", "-y", "-q", "console1022")
    _must(not (system.folder / "usr/lib/console1022").exists(), "files are left")
    _must((system.folder / STATE / "kept").exists(), "remove deleted reports")
    _must((system.folder / SITE).exists(), "remove deleted settings")
    system.run("apt-get", "purge", "-y", "-q", "console1022")
    for name in (STATE, "etc/console1022", "etc/apparmor.d/console1022"):
        _must(not (system.folder / name).exists(), f"purge left {name}")
    _must("_console1022:" not in (system.folder / "etc/passwd").read_text(), "the account is left")
    _say("removed without reports and settings, purged with them")


if __name__ == "__main__":
    sys.exit(main())
