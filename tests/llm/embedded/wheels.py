"""Make small wheels, each with one part of a file in it."""

import hashlib
import zipfile
from pathlib import Path

_WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheels(folder: Path, content: bytes, part_size: int) -> tuple[str, ...]:
    """Write the wheels; return requirement lines pinned by hash, in the order of the parts."""
    starts = range(0, len(content), part_size)
    return tuple(
        _write(folder, number, content[start : start + part_size])
        for number, start in enumerate(starts, start=1)
    )


def _write(folder: Path, number: int, part: bytes) -> str:
    package = f"tiny_part{number}"
    info = f"{package}-1.0.dist-info"
    path = folder / f"{package}-1.0-py3-none-any.whl"
    files: dict[str, str | bytes] = {
        f"{package}/__init__.py": "raise RuntimeError('never imported')\n",
        f"{package}/data/part{number:02}.bin": part,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n",
        f"{info}/WHEEL": _WHEEL,
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"tiny-part{number}==1.0 --hash=sha256:{digest}"
