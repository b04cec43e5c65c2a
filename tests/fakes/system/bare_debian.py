"""A Debian with nothing in it, to see what a package brings along and leaves behind."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

_APT = ("apt.conf", "apt.conf.d")
_ENTER = """
set -eu
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs dev/shm 2>/dev/null || true
mount --bind /tmp/.X11-unix tmp/.X11-unix
for each in $shared; do mkdir -p "./$each" && mount --bind "$each" "./$each"; done
mkdir -p mnt
# Not chroot: the kernel lets nobody who is in one make the namespaces of WebEngine's sandbox.
pivot_root . mnt
umount -l /mnt
cd /
exec setpriv --reuid "$user" --regid "$group" --init-groups -- "$@"
"""


class BareDebian:
    """One such system; needs root, `debootstrap` and the machine's own package source."""

    def __init__(self, folder: Path, suite: str = "trixie") -> None:
        """Make it, where it is not there yet.

        Args:
            folder: with two gigabytes of room.
            suite: Debian's name of the release.
        """
        self.folder = folder
        if not (folder / "etc/debian_version").exists():
            source = subprocess.run(
                ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
                capture_output=True, text=True, check=True,
            ).stdout.split()[0]  # fmt: skip
            subprocess.run(
                ["debootstrap", "--variant=minbase", suite, folder, source],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        for name in _APT:
            here, there = Path("/etc/apt") / name, folder / "etc/apt" / name
            if here.is_dir():
                shutil.copytree(here, there, dirs_exist_ok=True)
            elif here.exists():
                shutil.copy(here, there)
        (folder / "tmp/.X11-unix").mkdir(parents=True, exist_ok=True)

    def start(
        self,
        *words: str,
        user: str = "root",
        environment: dict[str, str] | None = None,
        shared: tuple[Path, ...] = (),
    ) -> "subprocess.Popen[str]":
        """Start a program in it, with both outputs in one pipe.

        Args:
            words: the command.
            user: of that system.
            environment: everything the program gets besides a path.
            shared: folders mounted at the same place there.
        """
        lines = (self.folder / "etc/passwd").read_text().splitlines()
        entry = next(line.split(":") for line in lines if line.startswith(f"{user}:"))
        inside = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": entry[5],
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **(environment or {}),
        }
        command = ["env", "-i", *(f"{name}={value}" for name, value in inside.items()), *words]
        return subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, "sh", *command],
            env={
                **os.environ,
                "root": str(self.folder),
                "user": entry[2],
                "group": entry[3],
                "shared": " ".join(shlex.quote(str(each)) for each in shared),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(
        self,
        *words: str,
        user: str = "root",
        environment: dict[str, str] | None = None,
        shared: tuple[Path, ...] = (),
    ) -> str:
        """Run a program in it to its end; return what it printed.

        Raises:
            RuntimeError: it failed; with what it printed.
        """
        process = self.start(*words, user=user, environment=environment, shared=shared)
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(words)}: {process.returncode}\n{said[-3000:]}")
        return said
