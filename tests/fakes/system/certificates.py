"""A small certificate authority by the openssl program, for servers of the tests."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """A CA: its certificate, and the key to sign with."""

    folder: Path
    name: str

    @property
    def certificate(self) -> Path:
        """What clients trust."""
        return self.folder / f"{self.name}.crt"

    def issue(self, host: str) -> tuple[str, str]:
        """Certificate and key (PEM) of a server with this name."""
        stem = self.folder / f"{self.name}-{host}"
        key, request, signed = (stem.with_suffix(end) for end in (".key", ".csr", ".pem"))
        extension = stem.with_suffix(".ext")
        extension.write_text(f"subjectAltName=DNS:{host}\n")
        _openssl("req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-subj", f"/CN={host}", "-keyout", str(key),
                 "-out", str(request))  # fmt: skip
        _openssl("x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey",
                 str(self.folder / f"{self.name}.key"), "-CAcreateserial", "-days", "30",
                 "-extfile", str(extension), "-out", str(signed))  # fmt: skip
        return signed.read_text(), key.read_text()


def make_authority(folder: Path, name: str) -> Authority:
    """A new CA whose files lie in this folder."""
    made = Authority(folder, name)
    _openssl("req", "-x509", "-new", "-nodes", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-subj", f"/CN={name}", "-days", "30",
             "-addext", "basicConstraints=critical,CA:TRUE",
             "-keyout", str(folder / f"{name}.key"), "-out", str(made.certificate))  # fmt: skip
    return made


def _openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
