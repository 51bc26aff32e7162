"""Labels: files and programs."""

import shlex
import subprocess
from pathlib import Path

from parcels.core.config import LABEL_FOLDER


class Labels:
    """The labels in their folder."""

    def __init__(self, folder: str = LABEL_FOLDER) -> None:
        self.folder = Path(folder)

    def save(self, name: str, content: bytes) -> Path:
        target = self.folder / name
        target.write_bytes(content)  # expect: SEC606
        return target

    def read(self, number: int) -> bytes:
        return (self.folder / f"{number}.png").read_bytes()  # ok: a number

    def printed(self, printer: str, number: int) -> None:
        command = f"lp -d {printer} {self.folder}/{number}.png"
        subprocess.run(command, shell=True, check=True)  # expect: SEC603

    def shown(self, title: str) -> None:
        subprocess.run(f"display {shlex.quote(title)}", shell=True, check=True)  # ok: quoted


def get_labels() -> Labels:
    return Labels()
